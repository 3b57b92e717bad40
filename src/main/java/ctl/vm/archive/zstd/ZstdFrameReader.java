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
        int size = contentSize(packed.peekAt(LENGTH_BYTES, ZstdFrameHeader.MOST_BYTES));
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

    /** Bytes that a frame holds, as its header says. */
    private static int contentSize(ByteBuffer frame) throws BadPackage {
        if (!ZstdFrameHeader.isNext(frame)) {
            throw BadPackage.notOurs();
        }
        return PackedMember.checkedLength(
                ZstdFrameHeader.read(frame).contentSize().orElseThrow(BadPackage::notOurs), PackedMember.MAXIMUM_SIZE);
    }

    private void readClosing(ByteBuffer start) throws IOException {
        MemberDigestChain.requireVersion(version(start));
        if (start.getInt(Integer.BYTES) != 2 * Short.BYTES + MemberDigestChain.BYTES) {
            throw BadPackage.notOurs();
        }
        ByteBuffer frame = ByteBuffer.allocate(OPENING_BYTES + MemberDigestChain.BYTES).order(start.order());
        packed.read(frame);
        closing = MemberDigestChain.read(frame.flip().position(OPENING_BYTES));
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
