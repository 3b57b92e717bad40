package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Layout;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.SnapshotName;
import ctl.vm.inventory.VmName;
import java.nio.file.Path;

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

    /** Whether the VM has been taken. */
    public boolean holds(VmName vm) {
        return disk.entry(folder.resolve(vm.text())).isPresent();
    }

    /** Whether the snapshot has been taken. */
    public boolean holds(SnapshotName snapshot) {
        return disk.entry(folder.resolve(ImageName.of(snapshot).fileName())).isPresent();
    }

    /** Takes a VM out of the inventory, durably. Nothing happens where it is gone already. */
    public void take(VmName vm) {
        take(layout.vm(vm));
    }

    /** Takes a snapshot from its VM, durably. Nothing happens where it is gone already. */
    public void take(VmName vm, SnapshotName snapshot) {
        take(layout.vm(vm).resolve(ImageName.of(snapshot).fileName()));
    }

    /** Frees what is in the folder. If we die here, the rest is still in the trash and no part of the inventory. */
    public void empty() {
        Folders.removeTree(disk, folder);
        Folders.removeIfEmpty(disk, layout.trashes());
    }

    /**
     * The folder of the trash is synced before the one that loses the name: if we die between the two syncs the name is
     * in either folder or, on a filesystem without a journal, in both, but never lost.
     */
    private void take(Path path) {
        if (disk.entry(path).isPresent()) {
            disk.rename(path, folder.resolve(path.getFileName()));
        }
        disk.syncFolder(folder);
        disk.syncFolder(path.getParent());
    }
}
