package ctl.vm.archive.zstd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/**
 * The header of a zstd frame (RFC 8878, section 3.1.1.1).
 *
 * @param bytes length of the header, the magic number included
 * @param contentSize bytes that the frame holds, where it says so; a negative number is one from 2^63 on
 */
record ZstdFrameHeader(int bytes, boolean hasChecksum, OptionalLong contentSize) {

    /** No header is longer. */
    static final int MOST_BYTES = 18;

    static final ZstdFrameHeader NONE = new ZstdFrameHeader(0, false, OptionalLong.empty());

    private static final int MAGIC = 0xfd2f_b528;
    private static final int DESCRIPTOR_OFFSET = Integer.BYTES;
    private static final int CHECKSUM_FLAG = 1 << 2;
    private static final int SINGLE_SEGMENT_FLAG = 1 << 5;
    private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};

    /** Whether these bytes begin a frame. */
    static boolean isNext(ByteBuffer start) {
        return start.remaining() > DESCRIPTOR_OFFSET
                && start.slice().order(ByteOrder.LITTLE_ENDIAN).getInt(0) == MAGIC;
    }

    /** @param start of the frame: {@value #MOST_BYTES} bytes, or what there is; then the size may be missing */
    static ZstdFrameHeader read(ByteBuffer start) {
        ByteBuffer bytes = start.slice().order(ByteOrder.LITTLE_ENDIAN);
        int descriptor = bytes.get(DESCRIPTOR_OFFSET);
        boolean isSingleSegment = (descriptor & SINGLE_SEGMENT_FLAG) != 0;
        int width = descriptor >> 6 & 3;
        int offset = DESCRIPTOR_OFFSET + 1 + (isSingleSegment ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3];
        boolean hasSize = width > 0 || isSingleSegment;
        int end = offset + (hasSize ? 1 << width : 0);
        return new ZstdFrameHeader(
                end, (descriptor & CHECKSUM_FLAG) != 0,
                hasSize && bytes.remaining() >= end
                        ? OptionalLong.of(size(bytes, offset, width))
                        : OptionalLong.empty());
    }

    private static long size(ByteBuffer bytes, int offset, int width) {
        return switch (width) {
            case 0 -> Byte.toUnsignedInt(bytes.get(offset));
            case 1 -> Short.toUnsignedInt(bytes.getShort(offset)) + 256L;
            case 2 -> Integer.toUnsignedLong(bytes.getInt(offset));
            default -> bytes.getLong(offset);
        };
    }
}
