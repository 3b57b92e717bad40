package ctl.vm.operation.query;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.operation.OperationContext;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds what stands in the folders of staging and trash and belongs to no operation that the journal knows: another
 * program put it there, or the journal was lost. Only its owner may remove it.
 */
public final class Orphans {

    private final OperationContext context;

    public Orphans(OperationContext context) {
        this.context = context;
    }

    /** As seen from the folder of VMs: {@code .staging/copy}. */
    public List<String> all() {
        Map<String, Optional<OperationId>> hidden = context.store().work().all();
        Set<OperationId> asked = new TreeSet<>();
        hidden.values().forEach(id -> id.ifPresent(asked::add));
        Set<OperationId> owners = new HashSet<>(owners(asked));
        return hidden.entrySet().stream()
                .filter(there -> there.getValue().filter(owners::contains).isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Those of the operations that there are or were. One that has just begun may not be recorded yet. */
    public Set<OperationId> owners(Set<OperationId> operations) {
        Set<OperationId> owners = new TreeSet<>(operations);
        owners.removeIf(id -> !context.locks().isRunning(id));
        owners.addAll(context.journal().latest().inventory().open().keySet());
        Set<OperationId> unknown = new TreeSet<>(operations);
        unknown.removeAll(owners);
        owners.addAll(context.journal().known(unknown));
        return owners;
    }
}
