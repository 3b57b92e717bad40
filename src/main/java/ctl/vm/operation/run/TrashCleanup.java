package ctl.vm.operation.run;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Deadline;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.plan.Plan;
import ctl.vm.operation.query.FreeableTrash;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.query.Orphans;
import ctl.vm.problem.VmException;
import ctl.vm.store.Locks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Frees what earlier operations left: what stays of those that died before they had tidied up, and trash that has been
 * kept long enough, or whose space is needed.
 *
 * <p>Leftovers go before an operation takes its locks, trash that has been kept long enough when its start is recorded,
 * and trash whose space is needed in its course, as how much that is shows only then. Each deletion is freed by an
 * operation of its own, which has its own record and its own locks. Locks are tried and never waited for, so that no
 * two operations can wait for each other.
 */
final class TrashCleanup {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** One in so many bytes may be missing of what was to become free. */
    private static final int SLACK = 8;

    private final OperationContext context;
    private final Duration patience;
    private final OpenOperations operations;

    TrashCleanup(OperationContext context) {
        this(context, PATIENCE);
    }

    /** @param patience how long to wait for a filesystem that frees what was removed a while later */
    TrashCleanup(OperationContext context, Duration patience) {
        this.context = context;
        this.patience = patience;
        this.operations = new OpenOperations(context);
    }

    /** Makes order before an operation that goes on. */
    void before(Request request) {
        DiskFailures.explained(this::removeLeftovers);
        freeExpired(expired(request));
    }

    /** Removes what operations left that have ended. */
    void leftovers() {
        DiskFailures.explained(this::removeLeftovers);
    }

    /**
     * What has been in the trash long enough. What the request asks for stays; a purge frees nothing but what it names.
     * To be called where the journal is open already: to open it for this would take a start much longer.
     */
    List<ListTrash.Entry> expired(Request request) {
        if (request instanceof Request.Purge) {
            return List.of();
        }
        ListTrash trash = new ListTrash(context);
        trash.doubt().ifPresent(context.reporter()::warn);
        return trash.expired().stream()
                .filter(entry -> !request.takesFromTrash().equals(Optional.of(entry.deletion())))
                .toList();
    }

    void freeExpired(List<ListTrash.Entry> entries) {
        DiskFailures.explained(() -> entries.forEach(this::freeExpired));
    }

    /**
     * Frees trash until the disk has so many bytes free, the oldest first and only what frees some of them; nothing
     * where all of it would not be enough. What each deletion has freed is seen on the disk before the next one goes.
     * To be called in no write session: large files are removed here.
     */
    void freeSpace(ByteCount needed) {
        // What no deletion has put there may belong to a user: it stays until that user purges it.
        List<ListTrash.Entry> left = new ArrayList<>(new ListTrash(context).all().stream()
                .filter(entry -> entry.by().isPresent())
                .toList());
        boolean isEnough = true;
        while (isEnough && !left.isEmpty() && !hasFree(needed)) {
            isEnough = freeOne(needed, left);
        }
    }

    /**
     * Frees the first that has to go. All is measured again for the next one: what files outside the root share, or
     * what a process has open, shows only afterwards.
     *
     * @return false where all that is left would not be enough
     */
    private boolean freeOne(ByteCount needed, List<ListTrash.Entry> left) {
        new ReservedSpace(context).releaseWhereNeeded();
        ByteCount free = context.store().free();
        ByteCount missing = new ByteCount(Math.max(0, needed.bytes() - free.bytes()));
        FreeableTrash trash = FreeableTrash.of(context, left.stream().map(ListTrash.Entry::deletion).toList());
        Optional<OperationId> chosen = trash.choose(missing).stream().findFirst();
        if (chosen.isEmpty()) {
            context.reporter().hint("the rest of the trash is kept: all of it would free %s, and %s are missing"
                    .formatted(trash.most().brief(), missing.brief()));
            return false;
        }
        context.stop().throwIfMade();
        ListTrash.Entry entry = left.stream().filter(one -> one.deletion().equals(chosen.get())).findFirst()
                .orElseThrow();
        left.remove(entry);
        ByteCount freed = trash.freedBy(List.of(entry.deletion()));
        if (free(entry, new MeasureUsage.Freed(entry.onDisk(), freed), "its space is needed") && !hasFree(needed)) {
            waitUntilFree(free.plus(almost(freed)));
        }
        return true;
    }

    private boolean hasFree(ByteCount bytes) {
        return context.store().free().compareTo(bytes) >= 0;
    }

    /**
     * Some filesystems free what was removed a while later. Nothing waits for ever for what another process has open.
     */
    private void waitUntilFree(ByteCount bytes) {
        context.store().settleRemovals();
        Deadline deadline = new Deadline(patience);
        boolean goesOn = true;
        while (goesOn && !hasFree(bytes)) {
            goesOn = deadline.pause();
        }
    }

    /** Others write to the disk meanwhile, and so does the journal. */
    private static ByteCount almost(ByteCount bytes) {
        return new ByteCount(bytes.bytes() - bytes.bytes() / SLACK);
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
        context.locks().forgetEnded();
    }

    private boolean isOver(OperationId id) {
        return context.journal().inventory().operation(id).isEmpty() && !context.locks().isRunning(id);
    }

    private void freeExpired(ListTrash.Entry entry) {
        new ReservedSpace(context).releaseWhereNeeded();
        free(entry, new MeasureUsage(context).freedBy(Set.of(entry.deletion())), "it has been kept long enough");
    }

    /** @return whether it is gone */
    private boolean free(ListTrash.Entry entry, MeasureUsage.Freed freed, String why) {
        try {
            purge(entry.purge());
            context.reporter().hint("freed %s from the trash (%s): %s".formatted(entry.name(), describe(freed), why));
            return true;
        } catch (VmException failed) {
            // It stays where it is, and the next command tries again: no reason not to do what was asked for.
            context.reporter().warn(
                    "%s stays in the trash: %s".formatted(entry.name(), context.describe(failed.problem())));
            return false;
        }
    }

    private static String describe(MeasureUsage.Freed freed) {
        return freed.freed().equals(freed.onDisk())
                ? freed.freed().brief()
                : "%s of %s, the rest is shared with other files".formatted(
                        freed.freed().brief(), freed.onDisk().brief());
    }

    /** Goes on with an interrupted purge of the same deletion, where there is one. */
    private void purge(Request.Purge purge) {
        Optional<OperationId> interrupted = operations.interrupted(purge).map(OpenOperation::id);
        if (interrupted.isEmpty()) {
            while (!isPurged(operations.unusedId(), purge)) {
                // Another operation of the same second has that id.
            }
            return;
        }
        try (Locks.Hold _ = operations.hold(interrupted.get(), purge)) {
            context.journal().inventory().operation(interrupted.get())
                    .ifPresent(operation -> new Execution(
                            context, operation, Plan.of(context, operation, this::freeSpace)).complete());
        }
    }

    private boolean isPurged(OperationId id, Request.Purge purge) {
        try (Locks.Hold _ = operations.hold(id, purge)) {
            Optional<Execution> started = Execution.start(context, id, purge, this, () -> {});
            started.ifPresent(Execution::complete);
            return started.isPresent();
        }
    }
}
