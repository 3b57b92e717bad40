package ctl.vm.operation.query;

import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where that is now which entries were about: under which name, or in the trash. Looked up once, for any number of
 * entries.
 */
public final class CurrentLocation {

    private final Inventory inventory;
    private final Map<Long, VmName> names;
    private final List<ListTrash.Entry> trash;

    public CurrentLocation(OperationContext context) {
        this.inventory = context.journal().latest().inventory();
        this.names = inventory.vms().values().stream().collect(Collectors.toMap(Vm::since, Vm::name));
        this.trash = new ListTrash(context).all();
    }

    /**
     * How something comes back from the trash.
     *
     * @param vm what to ask for: the name of the VM, for a snapshot the one that it has now
     * @param file the path of a package: what to ask for instead
     * @param isReplaced whether it is not what the entry was about, but what that has replaced
     * @param isTaken whether it has to get another name, as its own is that of something else by now
     * @param keptUntil when the next command that changes something frees it
     */
    public record WayBack(VmName vm, Optional<SnapshotName> snapshot, Optional<String> file, boolean isReplaced,
            boolean isTaken,
            Instant keptUntil) {}

    /** What the VM of an entry is called now; empty where it is gone. */
    public Optional<VmName> nameNow(AuditEntry entry) {
        return entry.vm().map(names::get);
    }

    /**
     * Empty for what has put nothing into the trash, or nothing that is still there, and where something else has to
     * come back before.
     */
    public Optional<WayBack> wayBack(AuditEntry entry) {
        return entry.request().flatMap(request -> switch (request) {
            case Request.DeleteVm delete -> wayBack(entry, delete.vm(), Optional.empty());
            case Request.DeleteSnapshot delete -> nameNow(entry)
                    .flatMap(vm -> wayBack(entry, vm, Optional.of(delete.snapshot())));
            case Request.Create _, Request.Clone _, Request.Import _ -> entry.trashed()
                    .flatMap(_ -> wayBack(entry, request.vm(), Optional.empty()));
            case Request.Export _ -> entry.trashedPackage().flatMap(file -> wayBack(entry, file));
            case Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.UndeletePackage _, Request.Purge _,
                    Request.Rename _ -> Optional.empty();
        });
    }

    private Optional<WayBack> wayBack(AuditEntry entry, VmName vm, Optional<SnapshotName> snapshot) {
        OperationId deletion = entry.beginning().operation();
        // The name stands for the newest deletion alone.
        return TrashLookup.matching(trash, inventory, vm, snapshot).reversed().stream()
                .findFirst()
                .filter(newest -> newest.deletion().equals(deletion))
                .map(trashed -> new WayBack(vm, snapshot, Optional.empty(), trashed.isReplaced(), isTaken(vm, snapshot),
                        trashed.keptUntil()));
    }

    private Optional<WayBack> wayBack(AuditEntry entry, String file) {
        return trash.stream()
                .filter(trashed -> trashed.file().equals(Optional.of(file)))
                .reduce((_, newest) -> newest)
                .filter(newest -> newest.deletion().equals(entry.beginning().operation()))
                .map(trashed -> new WayBack(trashed.vm(), Optional.empty(), trashed.file(), true, true,
                        trashed.keptUntil()));
    }

    private boolean isTaken(VmName vm, Optional<SnapshotName> snapshot) {
        Optional<Vm> there = inventory.vm(vm);
        return snapshot.isEmpty()
                ? there.isPresent()
                : there.flatMap(known -> known.image(ImageName.of(snapshot.get()))).isPresent();
    }
}
