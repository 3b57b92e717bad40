package ctl.vm.archive.read;

import ctl.vm.archive.gzip.GzipFields;
import ctl.vm.archive.gzip.GzipHeader;
import ctl.vm.archive.gzip.GzipMembers;
import ctl.vm.archive.gzip.GzipStream;
import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.NoCompression;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.PackedMembers;
import ctl.vm.archive.member.Workers;
import ctl.vm.archive.zstd.ZstdDecompression;
import ctl.vm.archive.zstd.ZstdFrameHeader;
import ctl.vm.archive.zstd.ZstdMembers;
import ctl.vm.compression.InflateLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The tar archive that is in a package, compressed or not, and by whomever: its first bytes tell. */
final class PackageBlocks implements BlockSource {

    private final PackedInput packed;
    private final Workers workers;
    private final boolean headersOnly;
    private Optional<BlockSource> pieces = Optional.empty();
    private Optional<PackedMembers> ours = Optional.empty();
    private Optional<PackedFormat> compression = Optional.empty();

    PackageBlocks(PackedInput packed, Workers workers, boolean headersOnly) {
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
        pieces.ifPresent(BlockSource::close);
    }

    /** What the package is compressed with, once its first piece was asked for; empty for nothing. */
    Optional<PackedFormat> compression() {
        return compression;
    }

    /** What the closing member of a package of ours says. Only behind its last piece. */
    Optional<MemberDigestChain> closing() {
        return ours.map(PackedMembers::closing);
    }

    private BlockSource opened() throws IOException {
        if (pieces.isEmpty()) {
            pieces = Optional.of(open());
        }
        return pieces.get();
    }

    private BlockSource open() throws IOException {
        ByteBuffer start = packed.peek(Integer.BYTES);
        if (GzipHeader.isGzip(start)) {
            compression = Optional.of(PackedFormat.GZIP);
            return openGzip();
        }
        if (ZstdFrameHeader.isZstd(start)) {
            compression = Optional.of(PackedFormat.ZSTD);
            return ZstdMembers.areNext(packed)
                    ? members(new ZstdMembers(packed))
                    : new BlockReadAhead(new ZstdDecompression(packed));
        }
        return headersOnly ? new PlainHops(packed) : new BlockReadAhead(new NoCompression(packed));
    }

    private BlockSource members(PackedMembers members) {
        ours = Optional.of(members);
        return headersOnly ? new MemberHops(members) : new MemberBlocks(members, workers);
    }

    private BlockSource openGzip() throws IOException {
        Optional<GzipFields> first = GzipFields.peek(packed);
        return first.isPresent() && first.get().beginsOurs()
                ? members(new GzipMembers(packed, InflateLibrary.forMembers()))
                : new BlockReadAhead(new GzipStream(packed, InflateLibrary.forStreams()));
    }
}
