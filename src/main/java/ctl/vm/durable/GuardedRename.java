package ctl.vm.durable;

import ctl.vm.linux.LinuxError;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.file.Path;

/**
 * A rename that replaces nothing, on filesystems that do not know {@code RENAME_NOREPLACE}: NFS, 9p, most of FUSE.
 *
 * <p>A folder: {@code rename(2)} itself replaces no folder that holds something, and no file. Only an empty one that
 * came after the look before would be lost.
 *
 * <p>A file: it gets its new name as a second one, which fails where that is taken, and loses the old one as soon as
 * the new one is durable. If we die in between, it has both. Where a file has only one name (FAT, exFAT), an empty file
 * of the new name holds its place, which the rename then replaces. If we die in between, that one is left;
 * {@link #isReservation} knows it.
 */
public final class GuardedRename {

    private static final int MODE = 0600;

    private GuardedRename() {}

    static void rename(Disk disk, Path from, Path to) {
        Disk.Kind kind = disk.entry(from).orElseThrow(() -> LinuxError.of(Errno.ENOENT, "rename", from)).kind();
        if (disk.entry(to).isPresent()) {
            throw LinuxError.of(Errno.EEXIST, "rename", to);
        }
        if (kind == Disk.Kind.FOLDER) {
            renameFolder(disk, from, to);
        } else if (kind == Disk.Kind.FILE && disk.addName(from, to)) {
            dropOldName(disk, from, to);
        } else {
            disk.create(to, MODE).close();
            replaceReservation(disk, from, to);
        }
    }

    /**
     * As {@link #rename}, also after one that died in its midst, or that a power cut made durable in one of two
     * folders.
     */
    static void finish(Disk disk, Path from, Path to) {
        if (isSameFile(disk, from, to)) {
            dropOldName(disk, from, to);
        } else if (!disk.renameIfFree(from, to)) {
            disk.entry(to).filter(GuardedRename::isReservation).ifPresent(_ -> disk.remove(to));
            rename(disk, from, to);
        }
    }

    /** Whether both names stand for one file. */
    public static boolean isSameFile(Disk disk, Path one, Path other) {
        return disk.entry(one).flatMap(entry -> disk.entry(other).filter(second -> entry.kind() == Disk.Kind.FILE
                && entry.inode() == second.inode() && entry.device() == second.device())).isPresent();
    }

    /** Whether this may be what was left of a rename that died before it: an empty file, which can be removed. */
    public static boolean isReservation(Disk.Entry entry) {
        return entry.kind() == Disk.Kind.FILE && entry.size() == 0;
    }

    /** Two changes of two folders: in any other order a power cut could leave neither name. */
    static void dropOldName(Disk disk, Path from, Path to) {
        disk.syncFolder(to.getParent());
        disk.remove(from);
    }

    private static void renameFolder(Disk disk, Path from, Path to) {
        try {
            disk.replace(from, to);
        } catch (DiskException failed) {
            if (failed.is(Errno.ENOTDIR) && disk.entry(to).isPresent()) {
                throw LinuxError.of(Errno.EEXIST, "rename", to);
            }
            throw failed;
        }
    }

    private static void replaceReservation(Disk disk, Path from, Path to) {
        try {
            disk.replace(from, to);
        } catch (DiskException failed) {
            try {
                disk.remove(to);
            } catch (DiskException again) {
                failed.addSuppressed(again);
            }
            throw failed;
        }
    }
}
