package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.Progress;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.operation.query.Orphans;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import ctl.vm.store.Locks;
import ctl.vm.store.Trash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Carries out what a user asks for.
 *
 * <p>Order of an operation: it takes its locks; its start event is durable before its first step; its last step makes
 * the result durable and then records it; tidying up comes after that. If we die in between, the journal holds an
 * operation that has started and not ended, the kernel drops its locks, and its steps can be run again.
 */
public final class Runner {

    private final OperationContext context;
    private final Journal journal;
    private final RandomGenerator random;
    private final boolean whileInUse;

    public Runner(OperationContext context, RandomGenerator random) {
        this(context, random, false);
    }

    /** @param whileInUse whether an image that somebody has open is only warned of */
    public Runner(OperationContext context, RandomGenerator random, boolean whileInUse) {
        this.context = context;
        this.journal = context.journal();
        this.random = random;
        this.whileInUse = whileInUse;
    }

    /** Begins what an operation takes, before it is looked whether it can be. A reconcile mostly has nothing to carry out. */
    private void getReady() {
        context.store().getReady();
        journal.getReady();
    }

    /**
     * Makes sure that the request could be met now, or gone on with. Changes nothing and records nothing.
     *
     * @throws VmException where it could not
     */
    public void check(Request request) {
        getReady();
        if (!isInterrupted(request)) {
            requirePossible(request);
            // An operation of ours has images open as well: to run into its locks says more.
            if (!whileInUse && running(request).findAny().isEmpty()) {
                requireUnused(request);
            }
        }
    }

    /**
     * Looks again under the locks of the request before it is refused: an operation that has its images open already, and is
     * about to record its start, says more than they do.
     */
    private void requireUnused(Request request) {
        try {
            DiskFailures.explained(() -> InUseCheck.over(context, request).close());
        } catch (VmException inUse) {
            DiskFailures.explained(context.store()::prepare);
            OperationId look = OperationId.startedAt(context.clock().instant(), random.nextInt());
            try (Locks.Hold _ = hold(look, request)) {
                DiskFailures.explained(() -> InUseCheck.over(context, request).close());
            }
        }
    }

    private void requirePossible(Request request) {
        DiskFailures.explained(() -> {
            if (request instanceof Request.Import from && !from.isPiped()) {
                context.packages().requireFile(from);
            }
            if (request instanceof Request.Export to && !request.isPiped()) {
                context.packages().requireNew(Path.of(to.file()), to.replace());
            }
            Rules.decide(request, journal.inventory(), folder(request));
        });
    }

    /**
     * Does what the request says, or goes on with it where that was interrupted. When it throws a {@link VmException},
     * the inventory is as it was before.
     *
     * @throws VmException where the request cannot be met, or a step of it failed
     */
    public void run(Request request) {
        run(request, () -> {});
    }

    /**
     * As {@link #run(Request)}.
     *
     * @param beforehand something brief that reads the journal, before the start is recorded: it is opened once for both.
     *     Not called where an interrupted operation goes on
     */
    public void run(Request request, Runnable beforehand) {
        getReady();
        Optional<OpenOperation> interrupted = interrupted(request);
        if (interrupted.isPresent()) {
            goOn(interrupted.get().id(), _ -> {});
        } else {
            start(request, beforehand);
        }
    }

    /**
     * What the operation would take away if it went on; empty where that is nothing, or has gone already.
     */
    public Optional<String> loss(OpenOperation operation) {
        return planFor(operation).isDone() ? Optional.empty() : new OverwriteCheck(context).of(operation.request());
    }

    /**
     * Goes on with an operation that was interrupted. Nothing happens where it has ended meanwhile.
     *
     * @throws VmException VmInUse, while a living process carries it out; ChangedMeanwhile, where it would take away what has
     *     changed since: only to ask for the same once more is to mean that
     */
    public void resume(OperationId id) {
        goOn(id, operation -> {
            if (!planFor(operation).isDone()) {
                new OverwriteCheck(context).requireSame(operation);
            }
        });
    }

    private void goOn(OperationId id, Consumer<OpenOperation> check) {
        Optional<OpenOperation> found = journal.inventory().operation(id);
        if (found.isPresent()) {
            try (Locks.Hold _ = hold(id, found.get().request())) {
                journal.inventory().operation(id).ifPresent(operation -> {
                    if (operation.isLost()) {
                        throw endLost(operation).thrown();
                    }
                    DiskFailures.explained(() -> check.accept(operation));
                    context.reporter().hint("resuming " + new Progress(context).describe(operation));
                    DiskFailures.explained(this::sweep);
                    DiskFailures.explained(() -> freeExpired(operation.request()));
                    carryOut(operation);
                });
            }
        }
    }

    /**
     * Takes back what an interrupted operation has done. One of which only the record is missing is recorded instead: what
     * stands under its name may be in use already.
     *
     * @throws VmException VmInUse, while a living process carries it out
     */
    public void abandon(OperationId id) {
        Optional<OpenOperation> found = journal.inventory().operation(id);
        if (found.isPresent()) {
            try (Locks.Hold _ = hold(id, found.get().request())) {
                journal.inventory().operation(id).ifPresent(this::takeBack);
            }
        }
    }

    private void takeBack(OpenOperation operation) {
        Plan plan = planFor(operation);
        if (plan.isDone() && !plan.canBeTakenBackWhenDone()) {
            context.reporter().warn(operation.request().describe() + " was complete but for its record: it is kept");
            carryOut(operation);
        } else {
            DiskFailures.explained(() -> journal.writeSession(() -> {
                plan.undo();
                return journal.append(operation.id(), new Event.OperationAbandoned());
            }));
        }
    }

    /** Takes back what cannot go on; returns why. */
    private Problem endLost(OpenOperation operation) {
        Problem problem = new Failure.PipeIsGone(operation.request().describe());
        DiskFailures.explained(() -> journal.writeSession(() -> {
            planFor(operation).undo();
            return journal.append(operation.id(), new Event.OperationFailed(problem.message(), problem.exitCode()));
        }));
        return problem;
    }

    /** Whether an earlier attempt at the same request can go on. */
    public boolean isInterrupted(Request request) {
        return interrupted(request).isPresent();
    }

    private void start(Request request, Runnable beforehand) {
        // A setting that means nothing is refused now, not on the day on which the trash is first looked at.
        context.keep();
        recordWhatIsOver(vms(request));
        requirePossible(request);
        OperationId id = OperationId.startedAt(context.clock().instant(), random.nextInt());
        DiskFailures.explained(context.store()::prepare);
        try (Locks.Hold _ = hold(id, request);
                InUseCheck _ = guard(request)) {
            DiskFailures.explained(this::sweep);
            DiskFailures.explained(() -> freeExpired(request));
            begin(id, request, beforehand).finish();
        }
    }

    /** Records the start and does what is brief, so that a small operation opens the journal once. */
    private Execution begin(OperationId id, Request request, Runnable beforehand) {
        List<Execution> begun = new ArrayList<>();
        try {
            DiskFailures.explained(() -> journal.writeSession(() -> {
                beforehand.run();
                recordStart(id, request);
                OpenOperation operation = journal.inventory().operation(id).orElseThrow();
                begun.add(new Execution(context, id, planFor(operation)));
                begun.getFirst().begin();
                return operation;
            }));
        } catch (VmException failed) {
            if (begun.isEmpty()) {
                throw failed;
            }
            begun.getFirst().settle(failed);
        }
        return begun.getFirst();
    }

    /**
     * Ends operations at these VMs that died when only their record was missing, or that cannot go on. What is asked for
     * now must come after them in the journal as it does in the folder.
     */
    private void recordWhatIsOver(Set<VmName> names) {
        for (OpenOperation operation : List.copyOf(journal.inventory().open().values())) {
            if (vms(operation.request()).stream().anyMatch(names::contains)
                    && !context.locks().isRunning(operation.id())) {
                recordIfOver(operation);
            }
        }
    }

    private void recordIfOver(OpenOperation operation) {
        if (operation.isLost()) {
            try (Locks.Hold _ = hold(operation.id(), operation.request())) {
                endLost(operation);
            }
        } else if (planFor(operation).isDone()) {
            resume(operation.id());
        }
    }

    /** Decided on what nobody can change until the start is recorded: bursts exclude each other. */
    private List<Event> recordStart(OperationId id, Request request) {
        List<Event> events = Rules.decide(request, journal.inventory(), folder(request));
        events.forEach(event -> journal.append(id, event));
        return events;
    }

    /** Frees what operations left that ended and died before they had tidied up. */
    private void sweep() {
        Set<OperationId> left = new TreeSet<>(context.store().leftovers());
        context.store().trashed().stream().filter(id -> context.store().trash(id).isEmpty()).forEach(left::add);
        left.removeIf(id -> !isOver(id));
        Set<OperationId> owners = new Orphans(context).owners(left);
        left.stream().filter(owners::contains).forEach(id -> {
            context.store().staging(id).discard();
            context.store().trash(id).removeIfEmpty();
        });
        context.store().removeEmptyWorkFolders();
    }

    private boolean isOver(OperationId id) {
        return journal.inventory().operation(id).isEmpty() && !context.locks().isRunning(id);
    }

    /** Frees what the trash has kept for long enough, but for what the request is about; a purge frees nothing else. */
    private void freeExpired(Request request) {
        if (!(request instanceof Request.Purge)) {
            new TrashSpace(context).freeExpired(new ListTrash(context).expired().stream()
                    .filter(entry -> !request.takesFromTrash().equals(Optional.of(entry.deletion())))
                    .toList());
        }
    }

    private void carryOut(OpenOperation operation) {
        Plan plan = planFor(operation);
        try (InUseCheck _ = guard(operation, plan)) {
            new Execution(context, operation.id(), plan).finish();
        }
    }

    private InUseCheck guard(Request request) {
        return DiskFailures
                .explained(() -> whileInUse
                        ? InUseCheck.warning(context, request)
                        : InUseCheck.over(context, request));
    }

    /** What stands already may be in use by now: only its record is missing. */
    private InUseCheck guard(OpenOperation operation, Plan plan) {
        return DiskFailures.explained(() -> whileInUse || plan.isDone()
                ? InUseCheck.none(context)
                : InUseCheck.over(context, operation));
    }

    /** The last attempt at the same request that nobody carries out any more. */
    private Optional<OpenOperation> interrupted(Request request) {
        return journal.inventory().open().values().stream()
                .filter(operation -> operation.request().equals(request))
                .filter(operation -> !operation.isLost())
                .filter(operation -> !context.locks().isRunning(operation.id()))
                // Not by a comparator put together: to link one takes a start a millisecond.
                .reduce((one, other) -> one.started().isBefore(other.started()) ? other : one);
    }

    /** The operations that living processes carry out on a VM that the request is about. */
    private Stream<OpenOperation> running(Request request) {
        Set<VmName> wanted = vms(request);
        return running(operation -> vms(operation.request()).stream().anyMatch(wanted::contains));
    }

    private Stream<OpenOperation> running(Predicate<OpenOperation> wanted) {
        return journal.inventory().open().values().stream()
                .filter(wanted)
                .filter(operation -> context.locks().isRunning(operation.id()));
    }

    private Locks.Hold hold(OperationId id, Request request) {
        return DiskFailures.explained(
                () -> context.locks().tryHold(id, request).orElseThrow(() -> inTheWay(id, request)));
    }

    private VmException inTheWay(OperationId id, Request request) {
        Set<VmName> wanted = vms(request);
        String lockOwner = running(operation -> operation.id().equals(id)
                || vms(operation.request()).stream().anyMatch(wanted::contains))
                .findFirst()
                .map(operation -> "%s (operation %s, process %d)"
                        .formatted(operation.request().describe(), operation.id(), operation.actor().process().pid()))
                .orElse("another operation");
        String names = wanted.stream().map(VmName::text).sorted().collect(Collectors.joining(" or "));
        return new Busy.VmInUse(names, lockOwner).thrown();
    }

    private Plan planFor(OpenOperation operation) {
        return switch (operation.request()) {
            case Request.Create create -> new CreateVm(context, operation, create);
            case Request.Clone clone -> new CloneVm(context, operation, clone);
            case Request.Import from -> from.raw()
                    ? new ImportRaw(context, operation, from)
                    : new ImportPackage(context, operation, from);
            case Request.Export export -> export.isPiped()
                    ? new ExportStream(context, operation, export)
                    : new ExportVm(context, operation, export);
            case Request.DeleteVm delete ->
                new Deletion(context, operation, delete.vm(), Optional.empty(), delete.now());
            case Request.DeleteSnapshot delete ->
                new Deletion(context, operation, delete.vm(), Optional.of(delete.snapshot()), delete.now());
            case Request.UndeleteVm undelete -> new VmUndeletion(context, operation, undelete);
            case Request.UndeleteSnapshot undelete -> new SnapshotUndeletion(context, operation, undelete);
            case Request.Purge purge -> new Purge(context, operation, purge);
            case Request.Rename rename -> new RenameVm(context, operation, rename);
        };
    }

    private Folder folder(Request request) {
        return context.store().look(vms(request));
    }

    private static Set<VmName> vms(Request request) {
        return Stream.concat(request.reads().stream(), request.changes().stream()).collect(Collectors.toSet());
    }
}
