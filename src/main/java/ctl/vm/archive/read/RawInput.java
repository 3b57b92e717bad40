package ctl.vm.archive.read;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.Workers;
import ctl.vm.compression.Compressors;
import ctl.vm.inventory.value.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The bytes of a raw image, strictly in order, whose number is known only behind the last one. They may be compressed:
 * the first bytes tell.
 */
final class RawInput implements AutoCloseable {

    private final PackedInput packed;
    private final Compressors compressors;
    private final Workers workers;
    private final boolean asItIs;
    private Optional<FileFormat> compression = Optional.empty();
    private Optional<BlockSource> source = Optional.empty();
    private ByteBuffer block = ByteBuffer.allocate(0);
    private boolean ended;

    /**
     * @param workers are closed before this is
     * @param asItIs whether nothing is decompressed, whatever it looks like
     */
    RawInput(PackedInput packed, Compressors compressors, Workers workers, boolean asItIs) {
        this.packed = packed;
        this.compressors = compressors;
        this.workers = workers;
        this.asItIs = asItIs;
    }

    /** What it is compressed with, once bytes were asked for; empty for nothing. */
    Optional<FileFormat> compression() {
        return compression;
    }

    /** Fills the target, or as much of it as there is left. */
    void read(ByteBuffer target) throws IOException {
        while (target.hasRemaining() && hasMore()) {
            int count = Math.min(target.remaining(), block.remaining());
            target.put(block.slice(block.position(), count));
            block.position(block.position() + count);
        }
    }

    /** Passes over bytes; returns how many, which is fewer only at the end. */
    long skip(long length) throws IOException {
        long left = length;
        while (left > 0 && hasMore()) {
            int count = (int) Math.min(left, block.remaining());
            block.position(block.position() + count);
            left -= count;
        }
        return length - left;
    }

    private boolean hasMore() throws IOException {
        while (!block.hasRemaining() && !ended) {
            if (source.isEmpty()) {
                source = Optional.of(open());
            }
            Optional<ByteBuffer> next = source.get().next();
            ended = next.isEmpty();
            if (ended) {
                requireNothingBehind();
            } else {
                block = next.get();
            }
        }
        return !ended;
    }

    private BlockSource open() throws IOException {
        if (!asItIs) {
            compression = FileFormat.packed(packed.peek(FileFormat.SECTOR_BYTES)).filter(FileFormat::isDecompressed);
        }
        if (compression.isPresent()) {
            packed.beginDigest();
        }
        return compression.isPresent()
                ? new Decompression(packed, compressors, workers).open(compression.get())
                : new BlockReadAhead(packed::fill);
    }

    /**
     * Zeros fill up the last block of a tape or the last piece of a download. Anything else may be the rest of the
     * image, damaged at its beginning: the tools of the compressions ignore it with a warning, but nothing in a raw
     * image says that it is whole.
     */
    private void requireNothingBehind() throws IOException {
        while (packed.hasMore()) {
            ByteBuffer rest = packed.buffered();
            if (!Zeros.isAllZero(rest)) {
                throw new BadPackage(
                        "its compressed data ends before the file does: damaged, or followed by something else");
            }
            rest.position(rest.limit());
        }
    }

    @Override
    public void close() {
        source.ifPresent(BlockSource::close);
    }
}
