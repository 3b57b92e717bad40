package ctl.vm.journal.sql;

import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.chain.Fold;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The entries that go on while events are told one after the other. Those that are over are handed out and forgotten. */
public final class OpenAuditEntries {

    private final Map<OperationId, AuditRow> going = new HashMap<>();

    /** The entry that is over with this event, if one is. */
    public Optional<AuditRow> next(Fold.Change change) {
        OperationId operation = change.event().operation();
        boolean goesOn = change.after().operation(operation).isPresent();
        boolean wentOn = change.before().operation(operation).isPresent();
        if (AuditEntry.isBegunBy(change.event().event())) {
            AuditRow begun = AuditRow.begunBy(change);
            if (goesOn && !wentOn) {
                going.put(operation, begun);
                return Optional.empty();
            }
            return Optional.of(begun);
        }
        if (!wentOn) {
            // It belongs to no operation, and began nothing: nobody did anything to a VM.
            return Optional.empty();
        }
        AuditRow row = going.remove(operation).after(change);
        if (goesOn) {
            going.put(operation, row);
            return Optional.empty();
        }
        return Optional.of(row);
    }

    /** What goes on, or can go on. */
    public Collection<AuditRow> unended() {
        return going.values();
    }
}
