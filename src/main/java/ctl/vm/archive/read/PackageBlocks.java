package ctl.vm.archive.read;

import ctl.vm.archive.gzip.GzipMemberReader;
import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.MemberReader;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.member.Trailer;
import ctl.vm.archive.member.Workers;
import ctl.vm.archive.zstd.ZstdFrameReader;
import ctl.vm.compression.BlockDecompressor;
import ctl.vm.compression.Compressors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The tar archive that is in a package, compressed or not, and whatever made it: its first bytes tell. */
final class PackageBlocks implements BlockSource {

    private final PackedInput packed;
    private final Compressors compressors;
    private final Workers workers;
    private final boolean headersOnly;
    private Optional<BlockSource> blocks = Optional.empty();
    private Optional<MemberReader> ours = Optional.empty();
    private Optional<FileFormat> compression = Optional.empty();

    PackageBlocks(PackedInput packed, Compressors compressors, Workers workers, boolean headersOnly) {
        this.packed = packed;
        this.compressors = compressors;
        this.workers = workers;
        this.headersOnly = headersOnly && packed.canSkip();
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        return opened().next();
    }

    @Override
    public long skip(long atMost) throws IOException {
        return opened().skip(atMost);
    }

    @Override
    public boolean isWhole() {
        return blocks.filter(BlockSource::isWhole).isPresent();
    }

    @Override
    public Trailer trailer(Runnable watcher) throws IOException {
        return compression.isPresent() ? Trailer.read(packed, compression.get(), watcher) : Trailer.NONE;
    }

    @Override
    public void close() {
        blocks.ifPresent(BlockSource::close);
    }

    /** What the package is compressed with, once its first block was asked for; empty for nothing. */
    Optional<FileFormat> compression() {
        return compression;
    }

    /** What the closing member of a package of ours says. Only behind its last block. */
    Optional<MemberDigestChain> closing() {
        return ours.map(MemberReader::closing);
    }

    private BlockSource opened() throws IOException {
        if (blocks.isEmpty()) {
            blocks = Optional.of(open());
        }
        return blocks.get();
    }

    private BlockSource open() throws IOException {
        compression = FileFormat.compression(packed.peek(FileFormat.SECTOR_BYTES)).filter(FileFormat::isDecompressed);
        if (compression.isEmpty()) {
            return headersOnly ? new PlainHeaders(packed) : new BlockReadAhead(packed::fill);
        }
        if (compression.get() == FileFormat.ZSTD && ZstdFrameReader.areNext(packed)) {
            return members(new ZstdFrameReader(packed));
        }
        if (compression.get() == FileFormat.GZIP && GzipMemberReader.areNext(packed)) {
            return members(new GzipMemberReader(packed, compressors.forMembers()));
        }
        return new Decompression(packed, compressors, workers).open(compression.get());
    }

    private BlockSource members(MemberReader members) {
        ours = Optional.of(members);
        return headersOnly ? new MemberHeaders(members) : new MemberBlocks(members, workers);
    }

    /**
     * An archive without compression of which only headers are wanted: the data of images is passed over, and not read.
     */
    private record PlainHeaders(PackedInput packed) implements BlockSource {

        private static final int BLOCK_BYTES = 1 << 16;

        @Override
        public Optional<ByteBuffer> next() throws IOException {
            if (!packed.hasMore()) {
                return Optional.empty();
            }
            ByteBuffer buffered = packed.buffered();
            ByteBuffer block = buffered.slice(buffered.position(), Math.min(BLOCK_BYTES, buffered.remaining()));
            buffered.position(buffered.position() + block.remaining());
            return Optional.of(block);
        }

        @Override
        public long skip(long atMost) throws IOException {
            if (!packed.peekAt(atMost - 1, 1).hasRemaining()) {
                throw BadPackage.cutOff();
            }
            packed.skip(atMost);
            return atMost;
        }
    }

    /**
     * A package of ours of which only headers are wanted: from one member to the next by the lengths that they name,
     * and nothing is read or unpacked in between. Nothing is proved either, the closing member only read.
     */
    private static final class MemberHeaders implements BlockSource {

        private final MemberReader members;
        private final BlockDecompressor decompressor;
        private final ReusableBuffer packed = new ReusableBuffer();
        private final ReusableBuffer unpacked = new ReusableBuffer();

        MemberHeaders(MemberReader members) {
            this.members = members;
            this.decompressor = members.decompressor();
        }

        @Override
        public Optional<ByteBuffer> next() throws IOException {
            Optional<PackedMember> member = members.next(packed);
            if (member.isEmpty()) {
                return Optional.empty();
            }
            ByteBuffer content = unpacked.lend(member.get().size());
            member.get().unpack(decompressor, content);
            return Optional.of(content.flip());
        }

        @Override
        public long skip(long atMost) throws IOException {
            return members.skip(atMost);
        }

        @Override
        public void close() {
            decompressor.close();
            packed.close();
            unpacked.close();
        }
    }
}
