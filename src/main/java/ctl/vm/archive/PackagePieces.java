package ctl.vm.archive;

import ctl.vm.compression.InflateLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The tar archive that is in a package, compressed or not, and by whomever: its first bytes tell. */
final class PackagePieces implements Pieces {

    private final PackedInput packed;
    private final Workers workers;
    private final boolean headersOnly;
    private Optional<Pieces> pieces = Optional.empty();
    private Optional<PackedMembers> ours = Optional.empty();
    private Optional<PackedFormat> compression = Optional.empty();

    PackagePieces(PackedInput packed, Workers workers, boolean headersOnly) {
        this.packed = packed;
        this.workers = workers;
        this.headersOnly = headersOnly && packed.canSkip();
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        return opened().next();
    }

    @Override
    public long hop(long atMost) throws IOException {
        return opened().hop(atMost);
    }

    @Override
    public void close() {
        pieces.ifPresent(Pieces::close);
    }

    /** What the package is compressed with, once its first piece was asked for; empty for nothing. */
    Optional<PackedFormat> compression() {
        return compression;
    }

    /** What the closing member of a package of ours says. Only behind its last piece. */
    Optional<MemberChain> closing() {
        return ours.map(PackedMembers::closing);
    }

    private Pieces opened() throws IOException {
        if (pieces.isEmpty()) {
            pieces = Optional.of(open());
        }
        return pieces.get();
    }

    private Pieces open() throws IOException {
        ByteBuffer start = packed.peek(Integer.BYTES);
        if (GzipHeader.isGzip(start)) {
            compression = Optional.of(PackedFormat.GZIP);
            return openGzip();
        }
        if (ZstdFrameHeader.isZstd(start)) {
            compression = Optional.of(PackedFormat.ZSTD);
            return ZstdMembers.areNext(packed)
                    ? members(new ZstdMembers(packed))
                    : new PiecesAhead(new ZstdDecompression(packed));
        }
        return headersOnly ? new PlainHops(packed) : new PiecesAhead(new NoCompression(packed));
    }

    private Pieces members(PackedMembers members) {
        ours = Optional.of(members);
        return headersOnly ? new MemberHops(members) : new MemberPieces(members, workers);
    }

    private Pieces openGzip() throws IOException {
        Optional<GzipFields> first = GzipFields.peek(packed);
        return first.isPresent() && first.get().beginsOurs()
                ? members(new GzipMembers(packed, InflateLibrary.forMembers()))
                : new PiecesAhead(new GzipStream(packed, InflateLibrary.forStreams()));
    }
}
