package ctl.vm.journal.chain;

import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What events fold to, one after the other; an event that cannot follow is damage of the journal. For each only the part of
 * the inventory is made anew that the event can touch: a million of them cost the same with ten VMs as with ten thousand.
 */
public final class Fold {

    private final Path journal;
    private final Map<VmName, Vm> vms;
    private final Map<OperationId, OpenOperation> open;

    public Fold(Path journal) {
        this(journal, Inventory.EMPTY);
    }

    public Fold(Path journal, Inventory inventory) {
        this.journal = journal;
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

    /** @throws ctl.vm.problem.VmException JournalDamaged, with the sequence number */
    public Change next(Recorded recorded) {
        try {
            return possible(recorded);
        } catch (ImpossibleEvent impossible) {
            throw new Failure.JournalDamaged(journal, impossible.getMessage()).thrown();
        }
    }

    /** @throws ImpossibleEvent where it cannot follow; then nothing has changed */
    public Change possible(Recorded recorded) {
        Inventory before = slice(recorded);
        Inventory after = before.after(recorded);
        before.vms().keySet().forEach(vms::remove);
        vms.putAll(after.vms());
        open.remove(recorded.operation());
        open.putAll(after.open());
        return new Change(before, recorded, after);
    }

    private Inventory slice(Recorded recorded) {
        Map<VmName, Vm> touched = new TreeMap<>();
        for (VmName name : EventSubject.touched(recorded.event())) {
            Optional.ofNullable(vms.get(name)).ifPresent(vm -> touched.put(name, vm));
        }
        OpenOperation operation = open.get(recorded.operation());
        return new Inventory(touched, operation == null ? Map.of() : Map.of(operation.id(), operation));
    }
}
