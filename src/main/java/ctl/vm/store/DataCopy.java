package ctl.vm.store;

import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Copies the data of one open file to another, piece by piece from front to end. */
final class DataCopy {

    /** Small enough for Ctrl-C to be heeded at once, large enough for the kernel to work undisturbed. */
    static final long PIECE_BYTES = 8 << 20;

    private final DiskFile from;
    private final DiskFile to;
    private final CopyOptions options;
    private final CopyWatcher watcher;
    private final LongConsumer checkpoint;
    private final PieceCopy pieces;
    private final WriteBehind written;
    private long durable;

    /** @param checkpoint is told the position before which every byte of the target has just been synced */
    DataCopy(DiskFile from, DiskFile to, CopyOptions options, CopyWatcher watcher, LongConsumer checkpoint) {
        this.from = from;
        this.to = to;
        this.options = options;
        this.watcher = watcher;
        this.checkpoint = checkpoint;
        this.pieces = options.reflink() == When.NEVER || options.sparse() != When.AUTO
                ? new CopyThroughMemory(options.sparse() == When.ALWAYS)
                : DiskFile::copyTo;
        this.written = new WriteBehind(to);
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
            written.finish();
        } catch (VmException | UncheckedIOException stopped) {
            giveBackSpace(stopped);
            throw stopped;
        }
    }

    /** So that a full disk shows now and not after an hour. Where zeros are left out nobody knows what it takes. */
    private void reserve(long start, long size) {
        if (options.sparse() != When.ALWAYS) {
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
        var memory = new SourceMemory(from, extent);
        for (long position = extent.start(); position < extent.end();) {
            long bytes = pieces.copy(from, to, position, Math.min(PIECE_BYTES, extent.end() - position));
            if (bytes == 0) {
                throw new Failure.SourceChanged(from.path().toString()).thrown();
            }
            memory.giveBack(position, bytes);
            written.add(position, bytes);
            position += bytes;
            watcher.copied(bytes);
            if (watcher.wantsCheckpoint()) {
                reach(position);
            }
        }
    }

    private void reach(long position) {
        written.finish();
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

    /** How the bytes of a range get into the same range of the copy. */
    interface PieceCopy {

        /** Returns how many bytes are done: at least one, unless the source ends at {@code position}. */
        long copy(DiskFile from, DiskFile to, long position, long length);
    }
}
