package ctl.vm.journal.sql;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.OperationId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the tables must hold, found out by reading the events one after the other. A row is handed out when no later
 * event can change it, and forgotten: a long journal takes no more memory than a short one.
 */
public final class FinalRows {

    private final Map<OperationId, AuditRow> open = new HashMap<>();
    private final Set<PreviousName> names = new HashSet<>();

    /** The rows that are final with an event. */
    public record Final(Optional<OperationRow> operation, Optional<AuditRow> entry) {}

    public Final next(Fold.Change change) {
        names.addAll(PreviousName.of(change.event().event(), change.after()));
        OperationId id = change.event().operation();
        Optional<OpenOperation> before = change.before().operation(id);
        boolean isOpen = change.after().operation(id).isPresent();
        return new Final(
                before.filter(_ -> !isOpen).map(ended -> OperationRow.of(ended).endedBy(change.event())),
                finalEntry(change, before.isPresent(), isOpen));
    }

    private Optional<AuditRow> finalEntry(Fold.Change change, boolean wasOpen, boolean isOpen) {
        OperationId id = change.event().operation();
        if (AuditEntry.isBegunBy(change.event().event())) {
            AuditRow begun = AuditRow.begunBy(change);
            if (isOpen && !wasOpen) {
                open.put(id, begun);
                return Optional.empty();
            }
            return Optional.of(begun);
        }
        if (!wasOpen) {
            // It belongs to no operation, and began nothing.
            return Optional.empty();
        }
        AuditRow row = open.remove(id).after(change);
        if (isOpen) {
            open.put(id, row);
            return Optional.empty();
        }
        return Optional.of(row);
    }

    /** The entries of what has not ended. */
    public List<AuditRow> openEntries() {
        return List.copyOf(open.values());
    }

    /** The operations that have not ended. @param inventory what all events fold to */
    public List<OperationRow> openOperations(Inventory inventory) {
        return inventory.open().values().stream().map(OperationRow::of).toList();
    }

    public Set<PreviousName> names() {
        return names;
    }
}
