package ctl.vm.journal;

import ctl.vm.inventory.Deed;
import ctl.vm.inventory.OperationId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The deeds that go on while events are told one after the other. Those that are over are handed out and forgotten. */
final class GoingDeeds {

    private final Map<OperationId, DeedRow> going = new HashMap<>();

    /** The deed that is over with this event, if one is. */
    Optional<DeedRow> next(Fold.Change change) {
        OperationId operation = change.event().operation();
        boolean goesOn = change.after().operation(operation).isPresent();
        boolean wentOn = change.before().operation(operation).isPresent();
        if (Deed.isBegunBy(change.event().event())) {
            DeedRow begun = DeedRow.begunBy(change);
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
        DeedRow row = going.remove(operation).after(change);
        if (goesOn) {
            going.put(operation, row);
            return Optional.empty();
        }
        return Optional.of(row);
    }

    /** What goes on, or can go on. */
    Collection<DeedRow> unended() {
        return going.values();
    }
}
