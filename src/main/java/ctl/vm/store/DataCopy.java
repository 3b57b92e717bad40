package ctl.vm.store;

import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.value.Zeros;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Copies the data of one open file to another, from front to end. The kernel copies, unless blocks must not be shared
 * or zeros are to be left out or written: it shares blocks wherever it can, and cannot leave out zeros. They are left
 * out also where the filesystem does not tell the holes of the source.
 */
final class DataCopy {

    private static final int BUFFER_BYTES = 1 << 20;

    /** A shorter run of zeros is not worth a hole; filesystems have blocks of this size. */
    private static final int BLOCK_BYTES = 4096;

    private final DiskFile from;
    private final DiskFile to;
    private final CopyOptions options;
    private final CopyWatcher watcher;
    private final LongConsumer checkpoint;
    private final PageCache cache;
    private final boolean leavesOutZeros;
    private final Optional<ByteBuffer> buffer;
    private long durable;

    /** @param checkpoint receives the position before which every byte of the target has just been synced */
    DataCopy(DiskFile from, DiskFile to, CopyOptions options, CopyWatcher watcher, LongConsumer checkpoint) {
        this.from = from;
        this.to = to;
        this.options = options;
        this.watcher = watcher;
        this.checkpoint = checkpoint;
        this.cache = new PageCache(from, to);
        this.leavesOutZeros = options.sparse() == When.ALWAYS || options.sparse() == When.AUTO && from.hidesHoles();
        this.buffer = options.reflink() == When.NEVER || options.sparse() == When.NEVER || leavesOutZeros
                ? Optional.of(ByteBuffer.allocateDirect(BUFFER_BYTES))
                : Optional.empty();
    }

    /**
     * Copies what stands from {@code start} to the end, and gives the target its size. The caller syncs it.
     *
     * @param start before which the target is right; what it has behind that is cut off
     * @param size bytes of the source, holes included
     */
    void copy(long start, long size) {
        durable = start;
        to.resize(start);
        to.resize(size);
        try {
            reserve(start, size);
            for (var extent = data(start, size); extent.isPresent(); extent = data(extent.get().end(), size)) {
                copy(extent.get());
            }
            cache.finish();
        } catch (VmException | UncheckedIOException stopped) {
            giveBackSpace(stopped);
            throw stopped;
        }
    }

    /** So that a full disk shows now and not after an hour. Where zeros are left out the space it takes is unknown. */
    private void reserve(long start, long size) {
        if (!leavesOutZeros) {
            for (var extent = data(start, size); extent.isPresent(); extent = data(extent.get().end(), size)) {
                to.reserve(extent.get().start(), extent.get().length());
            }
        }
    }

    private Optional<Extent> data(long position, long size) {
        if (options.sparse() == When.NEVER) {
            return position < size ? Optional.of(new Extent(position, size)) : Optional.empty();
        }
        return from.data(position);
    }

    private void copy(Extent extent) {
        cache.begin(extent);
        for (long position = extent.start(); position < extent.end();) {
            // Small enough for Ctrl-C to be heeded at once, large enough for the kernel to work undisturbed.
            long bytes = copyBytes(position, Math.min(PageCache.CHUNK_BYTES, extent.end() - position));
            if (bytes == 0) {
                throw new Failure.SourceChanged(from.path().toString()).thrown();
            }
            cache.copied(position, bytes);
            position += bytes;
            watcher.copied(bytes);
            if (watcher.wantsCheckpoint()) {
                reach(position);
            }
        }
    }

    /** Returns how many bytes are done: at least one, unless the source ends at {@code position}. */
    private long copyBytes(long position, long length) {
        if (buffer.isEmpty()) {
            return from.copyTo(to, position, length);
        }
        ByteBuffer bytes = buffer.get();
        bytes.clear().limit((int) Math.min(length, BUFFER_BYTES));
        int count = Math.max(0, from.read(bytes, position));
        bytes.flip();
        if (leavesOutZeros) {
            writeData(bytes, position);
        } else {
            to.write(bytes, position);
        }
        return count;
    }

    /** Writes each run of blocks that are not all zeros. Blocks are counted from the start of the file. */
    private void writeData(ByteBuffer bytes, long position) {
        int limit = bytes.limit();
        int at = 0;
        while (at < limit) {
            int end = blockEnd(position, at, limit);
            boolean zeros = isZeroBlock(bytes, position, at, limit);
            while (end < limit && isZeroBlock(bytes, position, end, limit) == zeros) {
                end = blockEnd(position, end, limit);
            }
            if (!zeros) {
                to.write(bytes.limit(end).position(at), position + at);
                bytes.limit(limit);
            }
            at = end;
        }
    }

    private static int blockEnd(long position, int at, int limit) {
        return (int) Math.min(limit, at + BLOCK_BYTES - (position + at) % BLOCK_BYTES);
    }

    private static boolean isZeroBlock(ByteBuffer bytes, long position, int at, int limit) {
        return Zeros.isAllZero(bytes.slice(at, blockEnd(position, at, limit) - at));
    }

    private void reach(long position) {
        cache.finish();
        to.sync();
        durable = position;
        checkpoint.accept(position);
    }

    /** An interrupted copy must not keep more of the disk than what it has done. It would be cut off in any case. */
    private void giveBackSpace(RuntimeException stopped) {
        try {
            to.resize(durable);
        } catch (UncheckedIOException again) {
            stopped.addSuppressed(again);
        }
    }
}
