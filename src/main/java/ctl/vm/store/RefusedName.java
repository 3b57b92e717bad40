package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.file.Path;

/** Names of VMs that a filesystem does not take, although they keep our rules: {@code Box?} on exFAT. */
final class RefusedName {

    private RefusedName() {}

    /**
     * Tries a name out, for what gets it only when all is done. It costs two file acts, so that only names are tried
     * that some filesystem may refuse.
     *
     * @param folder of ours, on the same filesystem
     * @throws ctl.vm.problem.VmException BadName
     */
    static void requireTaken(Disk disk, Path folder, VmName name) {
        if (!name.isPortable()) {
            Path trial = folder.resolve(name.text());
            explained(name, () -> disk.createFolder(trial, Folders.OWNER_ONLY));
            disk.remove(trial);
        }
    }

    /** Does what gives the name to something. Filesystems have many ways to say that they do not take it. */
    static void explained(VmName name, Runnable act) {
        try {
            act.run();
        } catch (DiskException failed) {
            if (!name.isPortable()
                    && failed.is(Errno.ENOENT, Errno.EINVAL, Errno.EPERM, Errno.ENAMETOOLONG, Errno.EBADMSG,
                            Errno.EILSEQ)) {
                throw name.refused();
            }
            throw failed;
        }
    }
}
