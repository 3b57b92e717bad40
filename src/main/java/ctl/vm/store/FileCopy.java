package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Copies one file with its holes, modification time and permission bits, and makes the copy durable.
 *
 * <p>A checkpoint is reported only after the sync that it promises. After a power cut the target can have any length and
 * any bytes behind the last checkpoint: all of that is cut off before the copy goes on.
 */
final class FileCopy {

    /** Copied between two reports of progress; large enough for the kernel to work undisturbed. */
    private static final long CHUNK_BYTES = 16 << 20;

    private final Disk disk;
    private final CopyWatcher watcher;

    FileCopy(Disk disk, CopyWatcher watcher) {
        this.disk = disk;
        this.watcher = watcher;
    }

    /**
     * Copies {@code source} to {@code target}, from the checkpoint on where it still holds. If we die here, only
     * {@code target} has changed, and calling again is the recovery.
     *
     * @param target in a folder that only we write to
     * @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to the source meanwhile
     */
    void copy(Path source, Path target, Optional<Checkpoint> checkpoint) {
        Disk.Entry before = entry(source);
        long start = start(target, checkpoint, state(before));
        try (DiskFile from = disk.open(source);
                DiskFile to = start > 0 ? disk.openForWriting(target) : create(target, before.mode())) {
            to.resize(start);
            copyData(from, to, start, state(before));
            to.resize(before.size());
            // Before the sync: a time that is set after it is lost by a power cut on btrfs.
            to.setModified(before.modified());
            to.sync();
        }
        if (!before.isUnchangedIn(entry(source))) {
            throw new Failure.SourceChanged(source.toString()).thrown();
        }
        if (watcher.wantsCheckpoint()) {
            reach(target, before.size(), state(before));
        }
    }

    /** Where to go on: at the checkpoint, if the source is still the same and the target has what was promised. */
    private long start(Path target, Optional<Checkpoint> checkpoint, Checkpoint.Source source) {
        if (checkpoint.isEmpty()) {
            return 0;
        }
        if (checkpoint.get().isOfUse(source, disk.entry(target).map(Disk.Entry::size))) {
            return checkpoint.get().durable().bytes();
        }
        watcher.startsAnew();
        return 0;
    }

    private DiskFile create(Path target, int mode) {
        disk.remove(target);
        return disk.create(target, mode);
    }

    private void copyData(DiskFile from, DiskFile to, long start, Checkpoint.Source source) {
        long position = start;
        for (Optional<DiskFile.Extent> extent = from.data(position); extent.isPresent(); extent = from.data(position)) {
            position = extent.get().start();
            while (position < extent.get().end()) {
                long bytes = from.copyTo(to, position, Math.min(CHUNK_BYTES, extent.get().end() - position));
                if (bytes == 0) {
                    throw new Failure.SourceChanged(from.path().toString()).thrown();
                }
                to.startWriting(position, bytes);
                position += bytes;
                watcher.copied(bytes);
                if (watcher.wantsCheckpoint()) {
                    to.sync();
                    to.forget(0, position);
                    reach(to.path(), position, source);
                }
            }
        }
    }

    /** The name must be as durable as the bytes: else a power cut takes both. */
    private void reach(Path target, long position, Checkpoint.Source source) {
        disk.syncFolder(target.getParent());
        watcher.reached(new ByteCount(position), source);
    }

    private Disk.Entry entry(Path source) {
        return disk.entry(source)
                .orElseThrow(() -> new Failure.SourceChanged(source.toString()).thrown());
    }

    private static Checkpoint.Source state(Disk.Entry entry) {
        return new Checkpoint.Source(new ByteCount(entry.size()), entry.modified(), entry.changed(), entry.inode());
    }
}
