package ctl.vm.archive.gzip;

import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.PackedMembers;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.compression.DamagedData;
import ctl.vm.compression.InflateLibrary;
import ctl.vm.compression.MemberInflater;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;

/** The members of a gzip package of ours. Each says how long it is, so that nothing must be inflated to find the next. */
public final class GzipMembers implements PackedMembers {

    private static final int TRAILER_BYTES = 8;

    private final PackedInput packed;
    private final InflateLibrary library;
    private MemberDigestChain closing = MemberDigestChain.START;
    private boolean first = true;

    /** @param packed before its first member */
    public GzipMembers(PackedInput packed, InflateLibrary library) {
        this.packed = packed;
        this.library = library;
    }

    @Override
    public Optional<PackedMember> next(ReusableBuffer room) throws IOException {
        if (!packed.hasMore()) {
            throw new Malformed("is cut off: its closing member is missing");
        }
        GzipFields header = GzipFields.peek(packed).orElseThrow(Malformed::notOurs);
        boolean isClosing = header.isClosing();
        if (!isClosing && header.ours().isPresent() != first) {
            throw Malformed.notOurs();
        }
        first = false;
        if (isClosing) {
            closing = header.closing();
        }
        PackedMember member = read(header, room);
        if (!isClosing) {
            return Optional.of(member);
        }
        requireEnd(member);
        return Optional.empty();
    }

    @Override
    public long hop(long atMost) throws IOException {
        if (!packed.hasMore()) {
            return 0;
        }
        GzipFields header = GzipFields.peek(packed).orElseThrow(Malformed::notOurs);
        if (first || header.ours().isPresent()) {
            return 0;
        }
        int deflateBytes = deflateBytes(header);
        ByteBuffer trailer = packed.peekAt(header.headerBytes() + deflateBytes, TRAILER_BYTES);
        if (trailer.remaining() < TRAILER_BYTES) {
            throw PackedInput.cutOff();
        }
        int size = PackedMember.checkedLength(
                Integer.toUnsignedLong(trailer.getInt(Integer.BYTES)), PackedMember.MAXIMUM_SIZE);
        if (size > atMost) {
            return 0;
        }
        packed.skip(header.headerBytes() + deflateBytes + TRAILER_BYTES);
        return size;
    }

    private static int deflateBytes(GzipFields header) throws Malformed {
        return PackedMember.checkedLength(
                Integer.toUnsignedLong(header.deflateBytes().orElseThrow(Malformed::notOurs)),
                PackedMember.MAXIMUM_COMPRESSED);
    }

    private PackedMember read(GzipFields header, ReusableBuffer room) throws IOException {
        int deflateBytes = deflateBytes(header);
        ByteBuffer bytes = room.lend(header.headerBytes() + deflateBytes + TRAILER_BYTES);
        packed.read(bytes);
        long size = Integer.toUnsignedLong(bytes.getInt(bytes.limit() - Integer.BYTES));
        return new PackedMember(
                bytes.flip(),
                bytes.slice(header.headerBytes(), deflateBytes),
                PackedMember.checkedLength(size, PackedMember.MAXIMUM_SIZE));
    }

    private void requireEnd(PackedMember last) throws IOException {
        try (Unpacker unpacker = unpacker()) {
            unpacker.unpack(last, ByteBuffer.allocateDirect(0));
        }
        if (last.size() > 0) {
            throw Malformed.notOurs();
        }
        if (packed.hasMore()) {
            throw new Malformed("goes on behind its closing member");
        }
    }

    @Override
    public MemberDigestChain closing() {
        return closing;
    }

    @Override
    public Unpacker unpacker() {
        return new Unpacker() {
            private final MemberInflater inflater = library.memberInflater();

            @Override
            public void unpack(PackedMember member, ByteBuffer target) throws IOException {
                inflate(inflater, member, target);
            }

            @Override
            public void close() {
                inflater.close();
            }
        };
    }

    private static void inflate(MemberInflater inflater, PackedMember member, ByteBuffer target) throws IOException {
        int start = target.position();
        try {
            inflater.inflateWhole(member.compressed(), target);
        } catch (DamagedData damaged) {
            throw new Malformed("is damaged: its compressed data cannot be read");
        }
        if (target.hasRemaining()) {
            throw new Malformed("is damaged: a length is wrong");
        }
        var checksum = new CRC32();
        checksum.update(target.slice(start, target.position() - start));
        ByteBuffer bytes = member.bytes();
        if (Integer.toUnsignedLong(bytes.getInt(bytes.limit() - TRAILER_BYTES)) != checksum.getValue()) {
            throw new Malformed("is damaged: a checksum is wrong");
        }
    }
}
