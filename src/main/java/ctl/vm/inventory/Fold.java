package ctl.vm.inventory;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What events fold to, one after the other. For each only the part of the inventory is made anew that the event can
 * touch: a million events cost the same with ten VMs as with ten thousand.
 */
public final class Fold {

    private final Map<VmName, Vm> vms;
    private final Map<OperationId, OpenOperation> open;

    public Fold() {
        this(Inventory.EMPTY);
    }

    public Fold(Inventory inventory) {
        this.vms = new TreeMap<>(inventory.vms());
        this.open = new TreeMap<>(inventory.open());
    }

    /** An event, and what it changed: of the inventory, only what it can touch. */
    public record Change(Inventory before, Recorded event, Inventory after) {}

    /** As of the last event that could follow. */
    public Inventory inventory() {
        return new Inventory(new TreeMap<>(vms), new TreeMap<>(open));
    }

    public Optional<OpenOperation> operation(OperationId id) {
        return Optional.ofNullable(open.get(id));
    }

    /** @throws ImpossibleEvent where it cannot follow; then nothing has changed */
    public Change next(Recorded recorded) {
        Inventory before = touchedBy(recorded);
        Inventory after = before.after(recorded);
        before.vms().keySet().forEach(vms::remove);
        vms.putAll(after.vms());
        open.remove(recorded.operation());
        open.putAll(after.open());
        return new Change(before, recorded, after);
    }

    private Inventory touchedBy(Recorded recorded) {
        Map<VmName, Vm> touched = new TreeMap<>();
        for (VmName name : EventSubject.touched(recorded.event())) {
            Optional.ofNullable(vms.get(name)).ifPresent(vm -> touched.put(name, vm));
        }
        OpenOperation operation = open.get(recorded.operation());
        return new Inventory(touched, operation == null ? Map.of() : Map.of(operation.id(), operation));
    }
}
