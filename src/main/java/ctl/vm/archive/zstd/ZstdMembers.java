package ctl.vm.archive.zstd;

import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.NewerFormat;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.PackedMembers;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.compression.DamagedData;
import ctl.vm.compression.ZstdFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The frames of a zstd package of ours (RFC 8878). A skippable frame before each says how long it is, as pzstd has it; one
 * of our own opens the package, and one closes it.
 */
public final class ZstdMembers implements PackedMembers {

    private static final int OUR_FRAME = 0x184d_2a5c;
    private static final int LENGTH_FRAME = 0x184d_2a50;
    private static final short OUR_NAME = 'C' | 'V' << Byte.SIZE;

    private static final int SKIPPABLE_HEADER_BYTES = 8;
    private static final int OPENING_BYTES = SKIPPABLE_HEADER_BYTES + 2 * Short.BYTES;
    private static final int LENGTH_BYTES = SKIPPABLE_HEADER_BYTES + Integer.BYTES;

    private final PackedInput packed;
    private final ZstdFrames zstd = new ZstdFrames();
    private MemberDigestChain closing = MemberDigestChain.START;

    /** @param packed before the frame that opens the package */
    public ZstdMembers(PackedInput packed) throws IOException {
        this.packed = packed;
        packed.read(ByteBuffer.allocate(OPENING_BYTES));
    }

    /** Whether a package of ours comes next. @throws NewerFormat where a newer program made it */
    public static boolean areNext(PackedInput packed) throws IOException {
        ByteBuffer opening = packed.peek(OPENING_BYTES);
        if (!isOurs(opening)) {
            return false;
        }
        MemberDigestChain.requireVersion(version(opening));
        return opening.getInt(Integer.BYTES) == 2 * Short.BYTES;
    }

    @Override
    public Optional<PackedMember> next(ReusableBuffer room) throws IOException {
        if (!packed.hasMore()) {
            throw new Malformed("is cut off: its closing frame is missing");
        }
        ByteBuffer start = packed.peek(LENGTH_BYTES);
        if (start.remaining() < LENGTH_BYTES) {
            throw PackedInput.cutOff();
        }
        if (isOurs(start)) {
            close(start);
            return Optional.empty();
        }
        if (start.getInt(0) != LENGTH_FRAME || start.getInt(Integer.BYTES) != Integer.BYTES) {
            throw Malformed.notOurs();
        }
        return Optional.of(read(start, room));
    }

    @Override
    public long hop(long atMost) throws IOException {
        ByteBuffer start = packed.peek(LENGTH_BYTES);
        if (start.remaining() < LENGTH_BYTES || start.getInt(0) != LENGTH_FRAME) {
            return 0;
        }
        int length = length(start);
        long size = PackedMember.checkedLength(
                ZstdFrameHeader.contentSize(packed.peekAt(LENGTH_BYTES, ZstdFrameHeader.MOST_BYTES))
                        .orElseThrow(Malformed::notOurs),
                PackedMember.MAXIMUM_SIZE);
        if (size > atMost) {
            return 0;
        }
        packed.skip(LENGTH_BYTES + length);
        return size;
    }

    private static int length(ByteBuffer start) throws Malformed {
        return PackedMember.checkedLength(
                Integer.toUnsignedLong(start.getInt(SKIPPABLE_HEADER_BYTES)), PackedMember.MAXIMUM_COMPRESSED);
    }

    private PackedMember read(ByteBuffer start, ReusableBuffer room) throws IOException {
        int length = length(start);
        ByteBuffer bytes = room.lend(LENGTH_BYTES + length);
        packed.read(bytes);
        ByteBuffer frame = bytes.slice(LENGTH_BYTES, length);
        long size = ZstdFrameHeader.contentSize(frame).orElseThrow(Malformed::notOurs);
        return new PackedMember(bytes.flip(), frame, PackedMember.checkedLength(size, PackedMember.MAXIMUM_SIZE));
    }

    private void close(ByteBuffer start) throws IOException {
        MemberDigestChain.requireVersion(version(start));
        if (start.getInt(Integer.BYTES) != 2 * Short.BYTES + MemberDigestChain.BYTES) {
            throw Malformed.notOurs();
        }
        ByteBuffer frame = ByteBuffer.allocate(OPENING_BYTES + MemberDigestChain.BYTES).order(start.order());
        packed.read(frame);
        closing = MemberDigestChain.read(frame.flip().position(OPENING_BYTES));
        if (packed.hasMore()) {
            throw new Malformed("goes on behind its closing frame");
        }
    }

    @Override
    public MemberDigestChain closing() {
        return closing;
    }

    @Override
    public Unpacker unpacker() {
        return new Unpacker() {
            @Override
            public void unpack(PackedMember member, ByteBuffer target) throws IOException {
                decompress(member, target);
            }

            @Override
            public void close() {
                // The library keeps its memory for the next one.
            }
        };
    }

    private void decompress(PackedMember member, ByteBuffer target) throws IOException {
        try {
            zstd.decompress(member.compressed(), target);
        } catch (DamagedData damaged) {
            throw new Malformed("is damaged: its compressed data cannot be read");
        }
        if (target.hasRemaining()) {
            throw new Malformed("is damaged: a length is wrong");
        }
    }

    private static boolean isOurs(ByteBuffer frame) {
        return frame.remaining() >= OPENING_BYTES
                && frame.getInt(0) == OUR_FRAME
                && frame.getShort(SKIPPABLE_HEADER_BYTES) == OUR_NAME;
    }

    private static int version(ByteBuffer frame) {
        return Short.toUnsignedInt(frame.getShort(SKIPPABLE_HEADER_BYTES + Short.BYTES));
    }
}
