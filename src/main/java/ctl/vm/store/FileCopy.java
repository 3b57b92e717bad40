package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.SourceFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.value.ByteCount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Copies files with their modification times and permission bits, and makes the copies durable. Whatever stood under the
 * name of a copy is lost. If we die here, only the copy has changed, and calling again is the recovery. A source that
 * another process writes to meanwhile is refused as SourceChanged.
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
     * Makes {@code target} a copy that shares the blocks of {@code source}, in a moment whatever its size.
     *
     * @param target in a folder that only we write to
     * @return false where the filesystem cannot
     */
    static boolean share(Disk disk, Path source, Path target) {
        try (SourceFile from = new SourceFile(disk, source);
                DiskFile to = createTarget(disk, source, from.before(), target)) {
            if (!from.bytes().shareWith(to)) {
                return false;
            }
            complete(from, to);
        }
        return true;
    }

    /**
     * Copies {@code source} to {@code target}, from the checkpoint on where it still holds.
     *
     * @param target in a folder that only we write to
     */
    void copy(Path source, Path target, Optional<Checkpoint> checkpoint) {
        try (SourceFile from = new SourceFile(disk, source)) {
            Checkpoint.Source state = new Checkpoint.Source(
                    new ByteCount(from.before().size()), from.before().modified(), from.before().changed(),
                    from.before().inode());
            long start = start(target, checkpoint, state);
            try (DiskFile to = start > 0
                    ? disk.openForWriting(target)
                    : createTarget(disk, source, from.before(), target)) {
                new DataCopy(from.bytes(), to, options, watcher, position -> reach(target, position, state))
                        .copy(start, from.before().size());
                complete(from, to);
            }
            if (watcher.wantsCheckpoint()) {
                reach(target, from.before().size(), state);
            }
        }
    }

    /** Copies a file, link or folder with all that is in it. @param left receives the names of what cannot be copied */
    void copyTree(Path source, Path target, List<String> left) {
        disk.entry(source).ifPresent(entry -> {
            switch (entry.kind()) {
                case FILE -> {
                    if (!options.mayShare() || !share(disk, source, target)) {
                        copy(source, target, Optional.empty());
                    }
                }
                case LINK -> {
                    disk.remove(target);
                    disk.createLink(target, disk.linkTarget(source));
                }
                case FOLDER -> {
                    Folders.ensure(disk, target);
                    disk.list(source).forEach(child -> copyTree(child, target.resolve(child.getFileName()), left));
                    disk.syncFolder(target);
                }
                case SPECIAL -> left.add(source.getFileName().toString());
            }
        });
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

    private static DiskFile createTarget(Disk disk, Path source, Disk.Entry before, Path target) {
        disk.remove(target);
        DiskFile file = disk.create(target, before.mode());
        disk.copyRights(source, target);
        return file;
    }

    /** Makes a copy durable that has all its bytes. */
    private static void complete(SourceFile source, DiskFile target) {
        // Before the sync: a time that is set after it is lost by a power cut on btrfs.
        target.setModified(source.before().modified());
        target.sync();
        source.requireUnchanged();
    }

    /** The name must be as durable as the bytes: else a power cut takes both. */
    private void reach(Path target, long position, Checkpoint.Source source) {
        disk.syncFolder(target.getParent());
        watcher.reached(new ByteCount(position), source);
    }
}
