package ctl.vm.archive.zstd;

import static ctl.vm.archive.zstd.ZstdFrameWriter.LENGTH_BYTES;
import static ctl.vm.archive.zstd.ZstdFrameWriter.LENGTH_FRAME;
import static ctl.vm.archive.zstd.ZstdFrameWriter.OPENING_BYTES;
import static ctl.vm.archive.zstd.ZstdFrameWriter.SKIPPABLE_HEADER_BYTES;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.MemberReader;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.compression.BlockDecompressor;
import ctl.vm.compression.Compressors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;

/** The frames of a zstd package of ours, as {@link ZstdFrameWriter} makes them. */
public final class ZstdFrameReader implements MemberReader {

    private static final int FRAME_MAGIC = 0xfd2f_b528;

    /** No header of a frame is longer. */
    private static final int MOST_HEADER_BYTES = 18;

    private static final int DESCRIPTOR_OFFSET = Integer.BYTES;
    private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};

    private final PackedInput packed;
    private MemberDigestChain closing = MemberDigestChain.START;

    /** @param packed before the frame that opens the package */
    public ZstdFrameReader(PackedInput packed) throws IOException {
        this.packed = packed;
        packed.read(ByteBuffer.allocate(OPENING_BYTES));
    }

    /** Whether a package of ours comes next. */
    public static boolean areNext(PackedInput packed) throws IOException {
        ByteBuffer opening = packed.peek(OPENING_BYTES);
        if (!isOurs(opening)) {
            return false;
        }
        MemberDigestChain.requireVersion(version(opening));
        return opening.getInt(Integer.BYTES) == 2 * Short.BYTES;
    }

    @Override
    public Optional<PackedMember> next(ReusableBuffer buffer) throws IOException {
        if (!packed.hasMore()) {
            throw new BadPackage("is cut off: its closing frame is missing");
        }
        ByteBuffer start = packed.peek(LENGTH_BYTES);
        if (start.remaining() < LENGTH_BYTES) {
            throw BadPackage.cutOff();
        }
        if (isOurs(start)) {
            readClosing(start);
            return Optional.empty();
        }
        if (start.getInt(0) != LENGTH_FRAME || start.getInt(Integer.BYTES) != Integer.BYTES) {
            throw BadPackage.notOurs();
        }
        int length = length(start);
        ByteBuffer bytes = buffer.lend(LENGTH_BYTES + length);
        packed.read(bytes);
        ByteBuffer frame = bytes.slice(LENGTH_BYTES, length);
        return Optional.of(new PackedMember(bytes.flip(), frame, contentSize(frame), OptionalInt.empty()));
    }

    @Override
    public long skip(long atMost) throws IOException {
        ByteBuffer start = packed.peek(LENGTH_BYTES);
        if (start.remaining() < LENGTH_BYTES || start.getInt(0) != LENGTH_FRAME) {
            return 0;
        }
        int length = length(start);
        int size = contentSize(packed.peekAt(LENGTH_BYTES, MOST_HEADER_BYTES));
        if (size > atMost) {
            return 0;
        }
        packed.skip(LENGTH_BYTES + length);
        return size;
    }

    private static int length(ByteBuffer start) throws BadPackage {
        return PackedMember.checkedLength(
                Integer.toUnsignedLong(start.getInt(SKIPPABLE_HEADER_BYTES)), PackedMember.MAXIMUM_COMPRESSED);
    }

    /** Bytes that a frame holds, as its header says (section 3.1.1.1). */
    private static int contentSize(ByteBuffer frame) throws BadPackage {
        ByteBuffer bytes = frame.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() <= DESCRIPTOR_OFFSET || bytes.getInt(0) != FRAME_MAGIC) {
            throw BadPackage.notOurs();
        }
        int descriptor = bytes.get(DESCRIPTOR_OFFSET);
        boolean isSingleSegment = (descriptor & 1 << 5) != 0;
        int width = descriptor >> 6 & 3;
        int offset = DESCRIPTOR_OFFSET + 1 + (isSingleSegment ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3];
        boolean isThere = width > 0 || isSingleSegment;
        if (!isThere || bytes.remaining() < offset + (1 << width)) {
            throw BadPackage.notOurs();
        }
        long size = switch (width) {
            case 0 -> Byte.toUnsignedInt(bytes.get(offset));
            case 1 -> Short.toUnsignedInt(bytes.getShort(offset)) + 256L;
            case 2 -> Integer.toUnsignedLong(bytes.getInt(offset));
            default -> bytes.getLong(offset);
        };
        return PackedMember.checkedLength(size, PackedMember.MAXIMUM_SIZE);
    }

    private void readClosing(ByteBuffer start) throws IOException {
        MemberDigestChain.requireVersion(version(start));
        if (start.getInt(Integer.BYTES) != 2 * Short.BYTES + MemberDigestChain.BYTES) {
            throw BadPackage.notOurs();
        }
        ByteBuffer frame = ByteBuffer.allocate(OPENING_BYTES + MemberDigestChain.BYTES).order(start.order());
        packed.read(frame);
        closing = MemberDigestChain.read(frame.flip().position(OPENING_BYTES));
        if (packed.hasMore()) {
            throw new BadPackage("goes on behind its closing frame");
        }
    }

    @Override
    public MemberDigestChain closing() {
        return closing;
    }

    @Override
    public BlockDecompressor decompressor() {
        return Compressors.zstd();
    }

    private static boolean isOurs(ByteBuffer frame) {
        return frame.remaining() >= OPENING_BYTES
                && frame.getInt(0) == ZstdFrameWriter.OUR_FRAME
                && frame.getShort(SKIPPABLE_HEADER_BYTES) == ZstdFrameWriter.OUR_NAME;
    }

    private static short version(ByteBuffer frame) {
        return frame.getShort(SKIPPABLE_HEADER_BYTES + Short.BYTES);
    }
}
