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
 * Copies files with their modification times, owners, permissions and extended attributes, and makes the copies
 * durable. Whatever stood under the name of a copy is lost. If we die here, only the copy has changed, and calling
 * again is the recovery. A source that another process writes to meanwhile is refused as SourceChanged.
 *
 * <p>A checkpoint is reported only after the sync that it promises. After a power cut the target can have any length
 * and any bytes behind the last checkpoint: all of that is cut off before the copy goes on.
 */
final class FileCopy {

    private static final int WRITABLE = 0600;

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
                DiskFile to = createTarget(disk, source, target)) {
            if (!from.bytes().shareWith(to)) {
                return false;
            }
            complete(disk, from, source, to);
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
            try (DiskFile to = start > 0 ? openTarget(source, target) : createTarget(disk, source, target)) {
                new DataCopy(from.bytes(), to, options, watcher, position -> reach(target, position, state))
                        .copy(start, from.before().size());
                complete(disk, from, source, to);
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
                    disk.copyAttributes(source, target, 0);
                    disk.setModified(target, entry.modified());
                }
                case FOLDER -> copyFolder(source, entry, target, left);
                case SPECIAL -> left.add(source.getFileName().toString());
            }
        });
    }

    /** It can be filled by us alone, or by those who may write to the other one, until all is in it. */
    private void copyFolder(Path source, Disk.Entry before, Path target, List<String> left) {
        Folders.ensure(disk, target, Folders.OWNER_ONLY);
        disk.copyAttributes(source, target, Folders.OWNER_ONLY);
        disk.list(source).forEach(child -> copyTree(child, target.resolve(child.getFileName()), left));
        if ((before.mode() & Folders.OWNER_ONLY) != Folders.OWNER_ONLY) {
            disk.copyAttributes(source, target, 0);
        }
        disk.setModified(target, before.modified());
        disk.syncFolder(target);
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

    /** Nobody else can read it before it has the rights of the other. Until it is complete we may write to it. */
    private static DiskFile createTarget(Disk disk, Path source, Path target) {
        disk.remove(target);
        DiskFile file = disk.create(target, WRITABLE);
        disk.copyAttributes(source, target, WRITABLE);
        return file;
    }

    /** An earlier attempt may have completed it and died before it could say so. */
    private DiskFile openTarget(Path source, Path target) {
        disk.copyAttributes(source, target, WRITABLE);
        return disk.openForWriting(target);
    }

    /** Makes a copy durable that has all its bytes. */
    private static void complete(Disk disk, SourceFile from, Path source, DiskFile target) {
        if ((from.before().mode() & WRITABLE) != WRITABLE) {
            disk.copyAttributes(source, target.path(), 0);
        }
        // Before the sync: a time that is set after it is lost by a power cut on btrfs.
        target.setModified(from.before().modified());
        target.sync();
        from.requireUnchanged();
    }

    /** The name must be as durable as the bytes: else a power cut takes both. */
    private void reach(Path target, long position, Checkpoint.Source source) {
        disk.syncFolder(target.getParent());
        watcher.reached(new ByteCount(position), source);
    }
}
