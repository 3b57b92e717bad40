package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.value.ByteCount;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Copies one file with its modification time and permission bits, and makes the copy durable.
 *
 * <p>A checkpoint is reported only after the sync that it promises. After a power cut the target can have any length and
 * any bytes behind the last checkpoint: all of that is cut off before the copy goes on.
 */
final class FileCopy {

    private final Disk disk;
    private final CopyOptions options;
    private final CopyWatcher watcher;

    FileCopy(Disk disk, CopyOptions options, CopyWatcher watcher) {
        this.disk = disk;
        this.options = options;
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
        SourceFile original = SourceFile.lookedAt(disk, source);
        long start = start(target, checkpoint, original.state());
        try (DiskFile from = original.open();
                DiskFile to = start > 0 ? disk.openForWriting(target) : original.createTarget(target)) {
            new DataCopy(from, to, options, watcher, position -> reach(target, position, original.state()))
                    .copy(start, original.before().size());
            original.complete(to);
        }
        original.requireUnchanged();
        if (watcher.wantsCheckpoint()) {
            reach(target, original.before().size(), original.state());
        }
    }

    /** Where to go on: at the checkpoint, if the source is still the same and the target has what was promised. */
    private long start(Path target, Optional<Checkpoint> checkpoint, Checkpoint.Source source) {
        if (checkpoint.isEmpty()) {
            return 0;
        }
        if (checkpoint.get().isOfUse(source, disk.entry(target).map(Disk.Entry::size))) {
            long position = checkpoint.get().durable().bytes();
            watcher.goesOnAt(position);
            return position;
        }
        watcher.startsAnew();
        return 0;
    }

    /** The name must be as durable as the bytes: else a power cut takes both. */
    private void reach(Path target, long position, Checkpoint.Source source) {
        disk.syncFolder(target.getParent());
        watcher.reached(new ByteCount(position), source);
    }
}
