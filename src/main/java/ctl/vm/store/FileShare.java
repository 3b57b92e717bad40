package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import java.nio.file.Path;

/** Copies one file by sharing its blocks, in a moment whatever its size, and makes the copy durable. */
final class FileShare {

    private final Disk disk;

    FileShare(Disk disk) {
        this.disk = disk;
    }

    /**
     * Makes {@code target} a copy that shares the blocks of {@code source}, with its modification time and permission
     * bits. If we die here, only {@code target} has changed, and calling again is the recovery.
     *
     * @param target in a folder that only we write to; whatever stands there is lost
     * @return false where the filesystem cannot
     * @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to the source meanwhile
     */
    boolean share(Path source, Path target) {
        SourceFile original = SourceFile.lookedAt(disk, source);
        try (DiskFile from = original.open();
                DiskFile to = original.createTarget(target)) {
            if (!from.shareWith(to)) {
                return false;
            }
            original.complete(to);
        }
        original.requireUnchanged();
        return true;
    }
}
