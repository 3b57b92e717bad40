package ctl.vm.archive.read;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Unsafe.PackageLimit;
import java.io.IOException;
import java.util.Optional;

/**
 * Fills a file with the data of a member, and digests it meanwhile. Blocks of zeros are not written, so that an image
 * that was packed without a map of its holes gets them back.
 *
 * <p>Only the caller's thread touches the file: what the disk reports comes up where it can be acted upon.
 */
final class ImageFill {

    /** Skipped between two looks at whether the operation is asked to stop. */
    private static final long STEP_BYTES = 64 << 20;

    private final TarInput input;
    private final ChunkDigests digests;
    private final ChunkWriter writer;
    private final DiskFile target;
    private final SparseMap data;
    private final Filled start;
    private final Progress progress;

    private Optional<Chunk> chunk = Optional.empty();
    private long bytesSince;

    /**
     * @param expansion of the whole package
     * @param digests of nothing else meanwhile
     * @param start what is right already, and only passed over in the archive
     */
    ImageFill(
            TarInput input, ExpansionLimit expansion, ChunkDigests digests, DiskFile target, SparseMap data,
            Filled start,
            Progress progress) {
        this.input = input;
        this.digests = digests;
        this.writer = new ChunkWriter(target, digests, expansion, start.end());
        this.target = target;
        this.data = data;
        this.start = start;
        this.progress = progress;
    }

    /**
     * The beginning of an image that stands in its file.
     *
     * @param end position behind its last byte: where a chunk of {@link ImageDigest} or the image ends
     * @param chain digest of its chunks
     */
    record Filled(long end, ImageDigest.Chain chain) {

        static final Filled NOTHING = new Filled(0, ImageDigest.Chain.START);

        /** The digest of the image that ends here. */
        ImageDigest digest() {
            return chain.end(new ByteCount(end));
        }
    }

    /** Follows a filling. */
    interface Progress {

        /** So many bytes of data more have been read and are in the file. */
        void filled(long bytes);

        /** Whether it is to be reported how far the file is filled. Asked often. */
        default boolean wantsCheckpoint() {
            return false;
        }

        /** So much of the file is filled. May throw to end the filling. */
        default void reached(Filled filled) {}
    }

    /**
     * How much comes out of a package for what goes in. Zeros are not counted: they become holes, which take no space,
     * and an image that was packed with all its zeros shrinks by ten thousand times.
     */
    static final class ExpansionLimit {

        /** So much may come out of anything: it does no harm, and a small file can be all one pattern. */
        private static final long HARMLESS_BYTES = 64 << 20;

        private final PackedInput packed;
        private final long maximum;
        private long written;

        /** @param maximum bytes that may come out for each one that goes in */
        ExpansionLimit(PackedInput packed, long maximum) {
            this.packed = packed;
            this.maximum = maximum;
        }

        /** Bytes that have come out. */
        long written() {
            return written;
        }

        void add(long bytes) throws BadPackage {
            written += bytes;
            if (written > HARMLESS_BYTES && written / maximum > packed.bytesRead()) {
                throw BadPackage.overLimit("unpacks to more than %d times its size: %s of %s".formatted(
                        maximum, new ByteCount(written).brief(), new ByteCount(packed.bytesRead()).brief()),
                        PackageLimit.RATIO);
            }
        }
    }

    /** Gives the file its content; what it held behind the start is replaced. */
    Filled fill() throws IOException {
        target.resize(Math.min(start.end(), data.size()));
        enlarge();
        digests.begin(start.chain());
        for (int index = 0; index < data.count(); index++) {
            long from = skip(data.start(index), data.end(index));
            copy(from, data.end(index));
        }
        endChunk();
        return new Filled(data.size(), digests.chain());
    }

    /** No filesystem takes any size: what is larger than that is the package's fault, not the disk's. */
    private void enlarge() throws BadPackage {
        try {
            target.resize(data.size());
        } catch (DiskException failed) {
            if (failed.is(Errno.EFBIG, Errno.EINVAL)) {
                throw new BadPackage("has an absurd size of %d bytes, more than the filesystem takes"
                        .formatted(data.size()));
            }
            throw failed;
        }
    }

    /** Passes over data that is in the file already; returns where what is missing begins. */
    private long skip(long from, long end) throws IOException {
        long position = from;
        while (position < Math.min(end, start.end())) {
            long length = Math.min(STEP_BYTES, Math.min(end, start.end()) - position);
            input.skip(length);
            position += length;
            progress.filled(length);
            if (progress.wantsCheckpoint()) {
                progress.reached(start);
            }
        }
        return position;
    }

    private void copy(long from, long end) throws IOException {
        for (long position = from; position < end;) {
            Chunk open = chunkAt(position);
            int length = (int) (Math.min(end, open.end()) - position);
            open.take(input, position, length);
            position += length;
            bytesSince += length;
        }
    }

    private Chunk chunkAt(long position) throws IOException {
        long number = position / ImageDigest.CHUNK_BYTES;
        if (chunk.filter(open -> open.number() == number).isEmpty()) {
            endChunk();
            Chunk next = digests.lend();
            chunk = Optional.of(next);
            next.open(number, data.size());
        }
        return chunk.orElseThrow();
    }

    private void endChunk() throws IOException {
        if (chunk.isPresent()) {
            Chunk full = chunk.get();
            chunk = Optional.empty();
            full.complete();
            long end = full.end();
            writer.write(full);
            progress.filled(bytesSince);
            bytesSince = 0;
            if (progress.wantsCheckpoint()) {
                progress.reached(new Filled(end, digests.chain()));
            }
        }
    }
}
