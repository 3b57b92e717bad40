package ctl.vm.inventory.audit;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which entries of the journal a reader wants, and in which order. What is empty does not narrow the selection.
 *
 * @param vm about any VM that has or had this name, each under all the names that it has had; and whatever else was
 *     asked for under this name
 * @param snapshot about this snapshot, or a VM that came in, was packed or was found with it
 * @param operations of these, and what they noticed
 * @param by the user who asked, by the name of the effective user or the one that sudo named
 * @param actions none for all
 * @param failed only what did not reach its goal
 * @param since begun not before this time
 * @param until begun before this time
 * @param newestFirst otherwise the oldest
 * @param limit how many at the most
 */
public record AuditFilter(
        Optional<VmName> vm,
        Optional<SnapshotName> snapshot,
        Set<OperationId> operations,
        Optional<String> by,
        Set<AuditEntry.Action> actions,
        boolean failed,
        Optional<Instant> since,
        Optional<Instant> until,
        boolean newestFirst,
        long limit) {

    /** All entries, the oldest first. */
    public static final AuditFilter ALL = new AuditFilter(Optional.empty(), Optional.empty(), Set.of(),
            Optional.empty(), Set.of(), false, Optional.empty(), Optional.empty(), false, Long.MAX_VALUE);

    public AuditFilter {
        operations = Set.copyOf(operations);
        actions = Set.copyOf(actions);
    }

    /** The newest of one operation, by what it does: what it noticed is left out. */
    public static AuditFilter lastOf(OperationId operation, AuditEntry.Action action) {
        return new AuditFilter(Optional.empty(), Optional.empty(), Set.of(operation), Optional.empty(), Set.of(action),
                false, Optional.empty(), Optional.empty(), true, 1);
    }

    public static AuditFilter of(Set<OperationId> operations) {
        return new AuditFilter(Optional.empty(), Optional.empty(), operations, Optional.empty(), Set.of(),
                false, Optional.empty(), Optional.empty(), false, Long.MAX_VALUE);
    }
}
