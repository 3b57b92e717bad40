package ctl.vm.inventory.audit;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The inventory at a time and now, folded from the events in one pass. The earlier one is not copied: what has changed
 * since is put aside as it was.
 */
public final class PastInventory {

    private final Instant time;
    private final Fold now = new Fold();
    /** As they were at the time; empty for what was not there yet. */
    private final Map<VmName, Optional<Vm>> changedVms = new HashMap<>();
    private final Map<OperationId, Optional<OpenOperation>> changedOperations = new HashMap<>();

    private PastInventory(Instant time) {
        this.time = time;
    }

    public static PastInventory at(Instant time) {
        return new PastInventory(time);
    }

    /**
     * Takes the next event in. It belongs to the earlier inventory up to the last one that was recorded by then: clocks
     * are set back at times.
     */
    public void next(Recorded recorded) {
        Fold.Change change = now.next(recorded);
        if (!recorded.time().isAfter(time)) {
            changedVms.clear();
            changedOperations.clear();
            return;
        }
        change.before().vms().keySet().forEach(name -> keep(change, name));
        change.after().vms().keySet().forEach(name -> keep(change, name));
        OperationId id = recorded.operation();
        changedOperations.putIfAbsent(id, change.before().operation(id));
    }

    private void keep(Fold.Change change, VmName name) {
        changedVms.putIfAbsent(name, change.before().vm(name));
    }

    /** As it was at the time. */
    public Inventory then() {
        Inventory latest = now.inventory();
        return new Inventory(restored(latest.vms(), changedVms), restored(latest.open(), changedOperations));
    }

    private static <K, V> Map<K, V> restored(Map<K, V> latest, Map<K, Optional<V>> earlier) {
        Map<K, V> restored = new TreeMap<>(latest);
        earlier.forEach(
                (key, was) -> was.ifPresentOrElse(value -> restored.put(key, value), () -> restored.remove(key)));
        return restored;
    }

    /** As it is after the last event. */
    public Inventory now() {
        return now.inventory();
    }
}
