package ctl.vm.operation.run;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.plan.Plan;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.operation.query.Orphans;
import ctl.vm.problem.VmException;
import ctl.vm.store.Locks;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Frees what earlier operations left: what stays of those that died before they had tidied up, and trash that has been kept
 * long enough, or whose space is needed.
 *
 * <p>All of it is done before an operation takes its locks, except for trash whose space is needed: how much that is shows
 * only in the course of the operation. Each deletion is freed by an operation of its own, which has its own record and its
 * own locks. Locks are tried and never waited for, so that no two operations can wait for each other.
 */
final class TrashCleanup {

    private final OperationContext context;
    private final OpenOperations operations;

    TrashCleanup(OperationContext context) {
        this.context = context;
        this.operations = new OpenOperations(context);
    }

    /** Makes order before an operation. What it asks for stays in the trash; a purge frees nothing but what it names. */
    void before(Request request) {
        DiskFailures.explained(this::removeLeftovers);
        if (!(request instanceof Request.Purge)) {
            DiskFailures.explained(() -> new ListTrash(context).expired().stream()
                    .filter(entry -> !request.takesFromTrash().equals(Optional.of(entry.deletion())))
                    .forEach(entry -> free(entry, "it has been kept long enough")));
        }
    }

    /** Frees the oldest trash until there are so many bytes; nothing where all of the trash would not be enough. */
    void freeSpace(ByteCount needed) {
        List<ListTrash.Entry> entries = new ListTrash(context).all();
        ByteCount all = entries.stream().map(ListTrash.Entry::onDisk).reduce(context.store().free(), ByteCount::plus);
        if (all.compareTo(needed) >= 0) {
            for (ListTrash.Entry entry : entries) {
                if (context.store().free().compareTo(needed) < 0) {
                    context.stop().throwIfMade();
                    free(entry, "its space is needed");
                }
            }
        }
    }

    private void removeLeftovers() {
        Set<OperationId> left = new TreeSet<>(context.store().work().leftovers());
        context.store().work().trashed().stream().filter(id -> context.store().work().trash(id).isEmpty())
                .forEach(left::add);
        left.removeIf(id -> !isOver(id));
        Set<OperationId> owners = new Orphans(context).owners(left);
        left.stream().filter(owners::contains).forEach(id -> {
            context.store().work().staging(id).discard();
            context.store().work().trash(id).removeIfEmpty();
        });
        context.store().work().removeEmpty();
    }

    private boolean isOver(OperationId id) {
        return context.journal().inventory().operation(id).isEmpty() && !context.locks().isRunning(id);
    }

    private void free(ListTrash.Entry entry, String why) {
        try {
            purge(entry.purge());
            context.reporter()
                    .hint("freed %s from the trash (%s): %s".formatted(entry.name(), entry.onDisk().brief(), why));
        } catch (VmException failed) {
            // It stays where it is, and the next command tries again: no reason not to do what was asked for.
            context.reporter().warn(
                    "%s stays in the trash: %s".formatted(entry.name(), context.describe(failed.problem())));
        }
    }

    /** Goes on with an interrupted purge of the same deletion, where there is one. */
    private void purge(Request.Purge purge) {
        new ReservedSpace(context).releaseWhereNeeded();
        Optional<OperationId> interrupted = operations.interrupted(purge).map(OpenOperation::id);
        OperationId id = interrupted.orElseGet(context::newOperation);
        try (Locks.Hold _ = operations.hold(id, purge)) {
            if (interrupted.isEmpty()) {
                Execution.start(context, id, purge, this, () -> {}).finish();
            } else {
                context.journal().inventory().operation(id)
                        .ifPresent(operation -> new Execution(
                                context, operation, Plan.of(context, operation, this::freeSpace)).finish());
            }
        }
    }
}
