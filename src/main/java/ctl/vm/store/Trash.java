package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Layout;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.SnapshotName;
import ctl.vm.inventory.VmName;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where one operation puts what it removes: {@code vm/.trash/OPERATION/}.
 *
 * <p>Invariant: what is removed leaves its place in one rename, so that there is never half of it.
 */
public final class Trash {

    private final Disk disk;
    private final Layout layout;
    private final Path folder;

    Trash(Disk disk, Layout layout, OperationId operation) {
        this.disk = disk;
        this.layout = layout;
        this.folder = layout.trash(operation);
    }

    /** Makes the folder. */
    public void prepare() {
        Folders.ensureWithin(disk, layout.trashes(), folder);
    }

    /** Whether it has been taken: the VM, or the snapshot where one is named. */
    public boolean holds(VmName vm, Optional<SnapshotName> snapshot) {
        return disk.entry(taken(path(vm, snapshot))).isPresent();
    }

    /**
     * Takes a VM out of the inventory, or a snapshot from its VM, durably. Nothing happens where it is gone already.
     *
     * <p>The folder of the trash is synced before the one that loses the name: if we die between the two syncs the name
     * is in either folder or, on a filesystem without a journal, in both, but never lost.
     */
    public void take(VmName vm, Optional<SnapshotName> snapshot) {
        Path path = path(vm, snapshot);
        // What stands there after it was taken is somebody's new one.
        if (!holds(vm, snapshot) && disk.entry(path).isPresent()) {
            disk.rename(path, taken(path));
        }
        disk.syncFolder(folder);
        disk.syncFolder(path.getParent());
    }

    /** Puts it back under its name, durably, if it was taken. */
    public void putBack(VmName vm, Optional<SnapshotName> snapshot) {
        if (holds(vm, snapshot)) {
            Path path = path(vm, snapshot);
            disk.rename(taken(path), path);
            disk.syncFolder(path.getParent());
        }
    }

    /** Frees what is in the folder. If we die here, the rest is still in the trash and no part of the inventory. */
    public void empty() {
        Folders.removeTree(disk, folder);
        Folders.removeIfEmpty(disk, layout.trashes());
    }

    private Path path(VmName vm, Optional<SnapshotName> snapshot) {
        Path place = layout.vm(vm);
        return snapshot.map(name -> place.resolve(ImageName.of(name).fileName())).orElse(place);
    }

    private Path taken(Path path) {
        return folder.resolve(path.getFileName());
    }
}
