package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.GuardedRename;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where one deletion puts what it takes: {@code vm/.trash/OPERATION/}, where it stays for a while, or {@code
 * vm/.staging/OPERATION/}, where it is freed with all that operations leave behind.
 *
 * <p>Invariants: what is removed leaves its place in one rename, so that there is never half of it; what is in {@code
 * vm/.trash} is whole, as nothing is freed there: it goes to staging before.
 */
public final class Trash {

    private final Disk disk;
    private final Layout layout;
    private final WorkFolders work;
    private final OperationId deletion;
    private final Path parent;
    private final Path folder;

    /** @param folder of the deletion, as it is called now */
    Trash(Disk disk, Layout layout, WorkFolders work, OperationId deletion, Path folder) {
        this.disk = disk;
        this.layout = layout;
        this.work = work;
        this.deletion = deletion;
        this.parent = folder.getParent();
        this.folder = folder;
    }

    /** Makes the folder. */
    public void prepare() {
        Folders.ensureWithin(disk, parent, folder);
        work.requireHeld(deletion);
    }

    /** Whether it has been taken: the VM, or the snapshot where one is named. */
    public boolean holds(VmName vm, Optional<SnapshotName> snapshot) {
        return disk.entry(taken(path(vm, snapshot))).isPresent();
    }

    /** Whether there is nothing in it. */
    public boolean isEmpty() {
        return disk.entry(folder).isEmpty() || disk.list(folder).isEmpty();
    }

    /** The name of the VM in it; empty where there is none. */
    public Optional<VmName> vm() {
        return list().stream()
                .filter(path -> disk.entry(path).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent())
                .flatMap(path -> VmName.of(path.getFileName().toString()).stream())
                .findFirst();
    }

    /** Bytes on disk of what is in it. */
    public ByteCount allocated() {
        return Folders.allocated(disk, folder);
    }

    /**
     * Takes a VM out of the inventory, or a snapshot from its VM, durably. Nothing happens where it is gone already.
     *
     * <p>The folder of the trash is synced before the one that loses the name: if we die between the two syncs the name
     * is in either folder or, on a filesystem without a journal, in both, but never lost.
     */
    public void take(VmName vm, Optional<SnapshotName> snapshot) {
        Path path = path(vm, snapshot);
        if (!holds(vm, snapshot) && disk.entry(path).isPresent()) {
            // In the trash, no one else gives names.
            disk.replace(path, taken(path));
        } else {
            // Any other file that stands there after it was taken is a new one.
            disk.dropOldName(path, taken(path));
        }
        disk.syncFoldersOf(taken(path), path);
    }

    /**
     * Takes in the VM for which another was exchanged, durably: it stands where that one was built. Nothing happens
     * where none does.
     *
     * @param vm its name until then; @param operation the one that replaced it
     */
    public void takeReplaced(VmName vm, OperationId operation) {
        Path replaced = work.stagingFolder(operation);
        if (disk.entry(replaced).isPresent()) {
            // In the trash, no one else gives names.
            disk.replace(replaced, taken(layout.vm(vm)));
        }
        if (holds(vm, Optional.empty())) {
            disk.syncFolder(folder);
            syncIfThere(layout.stagings());
        }
    }

    /** Puts it back under its name, durably, if it was taken. */
    public void putBack(VmName vm, Optional<SnapshotName> snapshot) {
        if (holds(vm, snapshot)) {
            Path path = path(vm, snapshot);
            disk.finishRename(taken(path), path);
            disk.syncFoldersOf(path, taken(path));
        }
    }

    /**
     * Gives a VM back to the inventory, or a snapshot to a VM, durably, under any free name. If we die before the first
     * sync it stands in either place, whole; calling again does the rest.
     *
     * @param from its name when it was taken; @param snapshotFrom empty for a VM
     */
    public void restore(
            VmName from, Optional<SnapshotName> snapshotFrom, VmName vm, Optional<SnapshotName> snapshot) {
        Path path = path(vm, snapshot);
        if (holds(from, snapshotFrom)) {
            RefusedName.explained(vm, () -> disk.finishRename(taken(path(from, snapshotFrom)), path));
        }
        disk.syncFolder(path.getParent());
        syncIfThere(folder);
    }

    /** Whether an attempt at {@link #restore} died in its midst: the name is ours, and all of it is still here. */
    public boolean isHalfRestored(SnapshotName from, VmName vm, SnapshotName snapshot) {
        Path taken = taken(path(vm, Optional.of(from)));
        Path path = path(vm, Optional.of(snapshot));
        return disk.entry(taken).isPresent() && (GuardedRename.isSameFile(disk, taken, path)
                || disk.entry(path).filter(GuardedRename::isReservation).isPresent());
    }

    /** Takes back half of a {@link #restore}, durably. */
    public void undoHalf(SnapshotName from, VmName vm, SnapshotName snapshot) {
        if (isHalfRestored(from, vm, snapshot)) {
            Path path = path(vm, Optional.of(snapshot));
            disk.remove(path);
            disk.syncFolder(path.getParent());
        }
    }

    /** What stands under the name of a VM's snapshot, for the journal. */
    public Optional<ImageFacts> restored(VmName vm, SnapshotName snapshot) {
        return disk.entry(path(vm, Optional.of(snapshot)))
                .map(entry -> Store.facts(ImageName.of(snapshot), entry));
    }

    /** Whether what was here is in the hands of this purge. */
    public boolean isLeftTo(OperationId purge) {
        return disk.entry(left(purge)).isPresent();
    }

    /**
     * Leaves all that is in it to a purge that will free it, durably. Only after this may a part of it be removed: what
     * is in the trash is whole.
     */
    public void leaveTo(OperationId purge) {
        Path staging = work.stagingFolder(purge);
        Folders.ensureWithin(disk, layout.stagings(), staging);
        work.requireHeld(purge);
        if (!isLeftTo(purge) && disk.entry(folder).isPresent()) {
            disk.replace(folder, left(purge));
        }
        disk.syncFolder(staging);
        syncIfThere(parent);
    }

    /** Takes back what was left to a purge, durably. */
    public void takeBackFrom(OperationId purge) {
        while (isLeftTo(purge)) {
            Folders.ensure(disk, parent);
            try {
                disk.replace(left(purge), work.unusedTrash(deletion, left(purge)));
            } catch (DiskException failed) {
                // Another process removed the empty folder of trash meanwhile.
                if (!failed.is(Errno.ENOENT)) {
                    throw failed;
                }
            }
        }
        syncIfThere(parent);
        syncIfThere(work.stagingFolder(purge));
    }

    /** Removes the folder if nothing is in it, and that of all trash likewise. */
    public void removeIfEmpty() {
        for (Path path : List.of(folder, parent)) {
            if (disk.entry(path).isPresent()) {
                Folders.removeIfEmpty(disk, path);
            }
        }
    }

    /** Frees what is in the folder. To be called only where nothing in it can be wanted back. */
    public void empty() {
        Folders.removeTree(disk, folder);
        Folders.removeIfEmpty(disk, parent);
    }

    private List<Path> list() {
        return disk.entry(folder).isPresent() ? disk.list(folder) : List.of();
    }

    /** Others remove it as soon as it is empty: then nothing is in it that could come back. */
    private void syncIfThere(Path path) {
        try {
            if (disk.entry(path).isPresent()) {
                disk.syncFolder(path);
            }
        } catch (DiskException failed) {
            if (!failed.is(Errno.ENOENT)) {
                throw failed;
            }
        }
    }

    private Path left(OperationId purge) {
        return work.left(deletion, folder.getFileName(), purge);
    }

    private Path path(VmName vm, Optional<SnapshotName> snapshot) {
        Path place = layout.vm(vm);
        return snapshot.map(name -> place.resolve(ImageName.of(name).fileName())).orElse(place);
    }

    private Path taken(Path path) {
        return folder.resolve(path.getFileName());
    }
}
