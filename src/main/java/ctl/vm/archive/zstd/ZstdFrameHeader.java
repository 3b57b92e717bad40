package ctl.vm.archive.zstd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** The header of a zstd frame (RFC 8878, section 3.1.1.1), as far as it says how much is in it. */
public final class ZstdFrameHeader {

    /** No header is longer. */
    static final int MOST_BYTES = 18;

    private static final int MAGIC = 0xfd2f_b528;

    /** The magics of frames that are to be passed over differ in their lowest four bits. */
    private static final int SKIPPABLE_MAGIC = 0x184d_2a50;

    private static final int DESCRIPTOR_OFFSET = Integer.BYTES;
    private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};

    private ZstdFrameHeader() {}

    /** Whether a file that starts with these bytes is meant to be zstd. */
    public static boolean isZstd(ByteBuffer start) {
        if (start.remaining() < Integer.BYTES) {
            return false;
        }
        int magic = start.order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        return magic == MAGIC || (magic & ~0xf) == SKIPPABLE_MAGIC;
    }

    /** Bytes of its content; empty where the frame does not say, or is none. */
    static Optional<Long> contentSize(ByteBuffer frame) {
        ByteBuffer bytes = frame.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() <= DESCRIPTOR_OFFSET || bytes.getInt(0) != MAGIC) {
            return Optional.empty();
        }
        int descriptor = bytes.get(DESCRIPTOR_OFFSET);
        boolean isSingleSegment = (descriptor & 1 << 5) != 0;
        int width = descriptor >> 6 & 3;
        int offset = DESCRIPTOR_OFFSET + 1 + (isSingleSegment ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3];
        boolean isThere = width > 0 || isSingleSegment;
        if (!isThere || bytes.remaining() < offset + (1 << width)) {
            return Optional.empty();
        }
        return Optional.of(switch (width) {
            case 0 -> (long) Byte.toUnsignedInt(bytes.get(offset));
            case 1 -> Short.toUnsignedInt(bytes.getShort(offset)) + 256L;
            case 2 -> Integer.toUnsignedLong(bytes.getInt(offset));
            default -> bytes.getLong(offset);
        });
    }
}
