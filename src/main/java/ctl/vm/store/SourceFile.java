package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.Failure;
import java.nio.file.Path;

/**
 * A file that is copied, as it was before that began.
 *
 * @param before what stood there
 */
record SourceFile(Disk disk, Path path, Disk.Entry before) {

    static SourceFile lookedAt(Disk disk, Path path) {
        return new SourceFile(disk, path, entry(disk, path));
    }

    DiskFile open() {
        return disk.open(path);
    }

    /** By which a checkpoint tells whether it is still the same. */
    Checkpoint.Source state() {
        return new Checkpoint.Source(
                new ByteCount(before.size()), before.modified(), before.changed(), before.inode());
    }

    /** Makes a new file with its rights, in the place of whatever stood there. */
    DiskFile createTarget(Path target) {
        disk.remove(target);
        DiskFile file = disk.create(target, before.mode());
        disk.copyRights(path, target);
        return file;
    }

    /** Makes a copy durable that has all its bytes. */
    void complete(DiskFile target) {
        // Before the sync: a time that is set after it is lost by a power cut on btrfs.
        target.setModified(before.modified());
        target.sync();
    }

    /** @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to it meanwhile */
    void requireUnchanged() {
        if (!before.isUnchangedIn(entry(disk, path))) {
            throw new Failure.SourceChanged(path.toString()).thrown();
        }
    }

    private static Disk.Entry entry(Disk disk, Path path) {
        return disk.entry(path).orElseThrow(() -> new Failure.SourceChanged(path.toString()).thrown());
    }
}
