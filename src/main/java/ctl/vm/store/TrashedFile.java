package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.GuardedRename;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.file.Path;

/**
 * A package in the trash, as an export has replaced it: {@code vm/.trash/OPERATION/FILE}.
 *
 * <p>It comes there as a second name of the file, before the new package gets the first one. So it has a name at every
 * moment, on every filesystem that knows hard links; elsewhere, and where the package stands on another filesystem than
 * the VMs, it cannot be kept.
 */
public final class TrashedFile {

    private final Disk disk;
    private final Path trashes;
    private final Path kept;
    private final Path file;

    private final Runnable requireHeld;

    /** @param requireHeld throws where another host has taken over the operation that keeps it */
    TrashedFile(Disk disk, Path trashes, Path kept, Path file, Runnable requireHeld) {
        this.requireHeld = requireHeld;
        this.disk = disk;
        this.trashes = trashes;
        this.kept = kept;
        this.file = file;
    }

    /** Whether the file that stands at the path could be kept: tried out, as nothing else tells that for sure. */
    public boolean canKeep() {
        boolean can = addName();
        if (can) {
            disk.remove(kept);
        }
        return can;
    }

    /**
     * Keeps the file that stands at the path, durably, under its second name.
     *
     * @return false where that is not possible
     */
    public boolean keep() {
        boolean can = addName();
        if (can) {
            disk.syncFolder(kept.getParent());
        }
        return can;
    }

    private boolean addName() {
        if (disk.entry(file).filter(entry -> entry.kind() == Disk.Kind.FILE).isEmpty()) {
            return false;
        }
        Folders.ensureWithin(disk, trashes, kept.getParent());
        requireHeld.run();
        // An attempt that died may have kept it, or another file that had the name then.
        disk.remove(kept);
        try {
            return disk.addName(file, kept);
        } catch (DiskException failed) {
            if (failed.is(Errno.EXDEV)) {
                return false;
            }
            throw failed;
        }
    }

    public boolean isKept() {
        return disk.entry(kept).isPresent();
    }

    /** Takes back {@link #keep}: it has its first name, or gets that again where nothing has it. */
    public void giveBack() {
        if (isKept() && disk.entry(file).isEmpty()) {
            restore(file);
        } else {
            disk.remove(kept);
        }
    }

    /**
     * Moves it to a path, durably. If we die before the first sync it stands in either place, whole; calling again does
     * the rest.
     *
     * @throws ctl.vm.problem.DiskException EEXIST where something stands there; EXDEV where that is another filesystem
     */
    public void restore(Path path) {
        if (isKept()) {
            disk.finishRename(kept, path);
        }
        disk.syncFolder(path.getParent());
        if (disk.entry(kept.getParent()).isPresent()) {
            disk.syncFolder(kept.getParent());
        }
    }

    /** Whether an attempt at {@link #restore} died in its midst: the name is ours, and the file is still here. */
    public boolean isHalfRestored(Path path) {
        return isKept() && (GuardedRename.isSameFile(disk, kept, path)
                || disk.entry(path).filter(GuardedRename::isReservation).isPresent());
    }

    /** Takes back half of a {@link #restore}, durably. */
    public void undoHalf(Path path) {
        if (isHalfRestored(path)) {
            disk.remove(path);
            disk.syncFolder(path.getParent());
        }
    }
}
