package ctl.vm.archive.gzip;

import static ctl.vm.archive.gzip.GzipMemberWriter.HEADER_BYTES;
import static ctl.vm.archive.gzip.GzipMemberWriter.SUBFIELD_HEADER_BYTES;
import static ctl.vm.archive.gzip.GzipMemberWriter.TRAILER_BYTES;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.MemberReader;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.compression.BlockDecompressor;
import ctl.vm.compression.DeflateLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The members of a gzip package of ours. Each says how long it is, so that nothing must be inflated to find the next.
 */
public final class GzipMemberReader implements MemberReader {

    private final PackedInput packed;
    private final DeflateLibrary library;
    private MemberDigestChain closing = MemberDigestChain.START;
    private boolean first = true;

    /** @param packed before its first member */
    public GzipMemberReader(PackedInput packed, DeflateLibrary library) {
        this.packed = packed;
        this.library = library;
    }

    /** Whether a package of ours comes next. */
    public static boolean areNext(PackedInput packed) throws IOException {
        Optional<Header> header = Header.peek(packed);
        if (header.flatMap(Header::ours).filter(field -> field.remaining() >= Short.BYTES).isEmpty()) {
            return false;
        }
        MemberDigestChain.requireVersion(header.get().ours.orElseThrow().getShort(0));
        return true;
    }

    @Override
    public Optional<PackedMember> next(ReusableBuffer buffer) throws IOException {
        if (!packed.hasMore()) {
            throw new BadPackage("is cut off: its closing member is missing");
        }
        Header header = Header.peek(packed).orElseThrow(BadPackage::notOurs);
        if (header.isClosing()) {
            ByteBuffer ours = header.ours.orElseThrow();
            MemberDigestChain.requireVersion(ours.getShort());
            closing = MemberDigestChain.read(ours);
            requireEmpty(read(header, buffer));
            return Optional.empty();
        }
        if (header.ours.isPresent() != first) {
            throw BadPackage.notOurs();
        }
        first = false;
        return Optional.of(read(header, buffer));
    }

    @Override
    public long skip(long atMost) throws IOException {
        if (!packed.hasMore()) {
            return 0;
        }
        Header header = Header.peek(packed).orElseThrow(BadPackage::notOurs);
        if (first || header.ours.isPresent()) {
            return 0;
        }
        int trailerAt = header.bytes + header.checkedDeflateBytes();
        ByteBuffer trailer = packed.peekAt(trailerAt, TRAILER_BYTES);
        if (trailer.remaining() < TRAILER_BYTES) {
            throw BadPackage.cutOff();
        }
        int size = size(trailer);
        if (size > atMost) {
            return 0;
        }
        packed.skip(trailerAt + TRAILER_BYTES);
        return size;
    }

    private PackedMember read(Header header, ReusableBuffer buffer) throws IOException {
        int deflateBytes = header.checkedDeflateBytes();
        ByteBuffer bytes = buffer.lend(header.bytes + deflateBytes + TRAILER_BYTES);
        packed.read(bytes);
        bytes.flip();
        return new PackedMember(
                bytes,
                bytes.slice(header.bytes, deflateBytes),
                size(bytes),
                OptionalInt.of(bytes.getInt(bytes.limit() - TRAILER_BYTES)));
    }

    /** @param end of a member */
    private static int size(ByteBuffer end) throws BadPackage {
        long size = Integer.toUnsignedLong(end.getInt(end.limit() - Integer.BYTES));
        return PackedMember.checkedLength(size, PackedMember.MAXIMUM_SIZE);
    }

    private void requireEmpty(PackedMember last) throws IOException {
        try (BlockDecompressor decompressor = decompressor()) {
            last.unpack(decompressor, ByteBuffer.allocateDirect(0));
        }
        if (last.size() > 0) {
            throw BadPackage.notOurs();
        }
    }

    @Override
    public MemberDigestChain closing() {
        return closing;
    }

    @Override
    public BlockDecompressor decompressor() {
        return library.decompressor();
    }

    /**
     * The header of a member as we write it, with nothing but an extra field in it.
     *
     * @param bytes length of the header
     * @param deflateBytes length of the deflate data behind it: sub-field {@code MZ}
     * @param ours sub-field {@code CV}, lowest byte first: version, and in the closing member the
     *     {@link MemberDigestChain}
     */
    private record Header(int bytes, OptionalInt deflateBytes, Optional<ByteBuffer> ours) {

        /** The header that comes next, which stays to be read; empty where it is of another form. */
        static Optional<Header> peek(PackedInput packed) throws IOException {
            ByteBuffer fixed = packed.peek(HEADER_BYTES);
            if (fixed.remaining() < HEADER_BYTES || fixed.getInt(0) != GzipMemberWriter.DEFLATED_WITH_EXTRA) {
                return Optional.empty();
            }
            int length = HEADER_BYTES + Short.toUnsignedInt(fixed.getShort(HEADER_BYTES - Short.BYTES));
            ByteBuffer header = packed.peek(length);
            return header.remaining() < length ? Optional.empty() : parse(header.position(HEADER_BYTES));
        }

        private static Optional<Header> parse(ByteBuffer extra) {
            OptionalInt deflateBytes = OptionalInt.empty();
            Optional<ByteBuffer> ours = Optional.empty();
            while (extra.remaining() >= SUBFIELD_HEADER_BYTES) {
                short id = extra.getShort();
                int length = Short.toUnsignedInt(extra.getShort());
                if (length > extra.remaining()) {
                    return Optional.empty();
                }
                ByteBuffer field = extra.slice(extra.position(), length).order(extra.order());
                if (id == GzipMemberWriter.LENGTH_FIELD && length == Integer.BYTES) {
                    deflateBytes = OptionalInt.of(field.getInt(0));
                }
                if (id == GzipMemberWriter.OUR_FIELD) {
                    ours = Optional.of(field);
                }
                extra.position(extra.position() + length);
            }
            return Optional.of(new Header(extra.limit(), deflateBytes, ours));
        }

        boolean isClosing() {
            return ours.filter(field -> field.remaining() == Short.BYTES + MemberDigestChain.BYTES).isPresent();
        }

        int checkedDeflateBytes() throws BadPackage {
            return PackedMember.checkedLength(
                    Integer.toUnsignedLong(deflateBytes.orElseThrow(BadPackage::notOurs)),
                    PackedMember.MAXIMUM_COMPRESSED);
        }
    }
}
