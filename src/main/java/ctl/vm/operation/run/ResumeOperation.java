package ctl.vm.operation.run;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.value.FolderId;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.plan.Plan;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.query.NextStep;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import ctl.vm.store.Locks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings operations to an end that were interrupted, or whose process died: they go on, or are taken back. */
public final class ResumeOperation {

    private final OperationContext context;
    private final Journal journal;
    private final OpenOperations operations;
    private final TrashCleanup cleanUp;
    private final ReservedSpace reserved;
    private final boolean whileInUse;
    private final boolean isHostDown;

    /** @param whileInUse whether an image that another process has open is only warned of */
    public ResumeOperation(OperationContext context, boolean whileInUse) {
        this(context, whileInUse, false);
    }

    /** @param isHostDown whether the user says so of the host that carries out what is to be ended */
    public ResumeOperation(OperationContext context, boolean whileInUse, boolean isHostDown) {
        this.isHostDown = isHostDown;
        this.context = context;
        this.journal = context.journal();
        this.operations = new OpenOperations(context);
        this.cleanUp = new TrashCleanup(context);
        this.reserved = new ReservedSpace(context);
        this.whileInUse = whileInUse;
    }

    /** What the operation would take away if it went on; empty where that is nothing, or has gone already. */
    public Optional<String> loss(OpenOperation operation) {
        return plan(operation).isDone() ? Optional.empty() : new OverwriteCheck(context).of(operation.request());
    }

    /** What {@link #resume} would do now with an interrupted operation. Changes nothing. */
    public NextStep next(OpenOperation operation) {
        if (operation.isLost()) {
            return new NextStep.TakeBack(new Failure.PipeGone(operation.request().describe()));
        }
        try {
            return DiskFailures.explained(() -> {
                if (plan(operation).isDone()) {
                    return new NextStep.Record();
                }
                new OverwriteCheck(context).requireSame(operation);
                requirePossible(operation);
                return new NextStep.Finish();
            });
        } catch (VmException inTheWay) {
            // A name that is taken shows at the end, and then all that was made is kept.
            boolean isKept = operation.staged().isPresent() || operation.request().bringsIn()
                    && (inTheWay.problem() instanceof AlreadyThere || inTheWay.problem() instanceof Unsafe.LinkedVm);
            boolean stays = isKept || Execution.mayPass(inTheWay.problem())
                    || inTheWay.problem() instanceof Unsafe.ChangedMeanwhile;
            return stays ? new NextStep.Stop(inTheWay.problem()) : new NextStep.TakeBack(inTheWay.problem());
        }
    }

    /** What is staged needs its source no more. */
    private void requirePossible(OpenOperation operation) {
        Request request = operation.request();
        if (request.bringsIn() && operation.staged().isPresent()) {
            VmName vm = request.vm();
            Rules.claim(vm, request.replaces().isPresent(), journal.inventory(), context.store().look(List.of(vm)));
        } else if (!(request instanceof Request.UndeleteSnapshot)) {
            // A snapshot that is half undeleted stands in both places.
            operations.requirePossible(request);
        }
    }

    /**
     * Goes on with an operation that was interrupted. Nothing happens where it has ended meanwhile.
     *
     * @throws ctl.vm.problem.VmException VmInUse, while a living process carries it out; ChangedMeanwhile, where it
     *     would take away what has changed since: only to ask for the same once more is to mean that
     */
    public void resume(OperationId id) {
        Optional<Request> request = journal.inventory().operation(id).map(OpenOperation::request);
        if (request.filter(Request::frees).isPresent()) {
            reserved.spend(() -> {
                cleanUp.before(request.get());
                underLocks(id, this::goOnUnlessChanged);
            });
        } else if (request.isPresent()) {
            cleanUp.before(request.get());
            reserved.require();
            underLocks(id, this::goOnUnlessChanged);
        }
    }

    /**
     * The same for an operation that brings in a VM, which it does under another name from now on.
     *
     * @throws ctl.vm.problem.VmException as {@link #resume(OperationId)}; BringsInNothing; where the name is taken
     */
    public void resume(OperationId id, VmName name) {
        Optional<OpenOperation> found = journal.inventory().operation(id);
        if (found.map(OpenOperation::request).map(Request::vm).equals(Optional.of(name))) {
            resume(id);
        } else if (found.isPresent()) {
            Request request = found.get().request();
            if (!request.bringsIn()) {
                throw new Misuse.BringsInNothing(request.describe(), id.text()).thrown();
            }
            cleanUp.before(request);
            reserved.require();
            underLocks(id, request.under(name), operation -> goOnUnder(operation, name));
        }
    }

    /** One that could not be ended. @param open whether it can still go on later */
    public record Stuck(Unfinished interrupted, Problem why, boolean open) {}

    /**
     * Ends interrupted operations one by one: what stops one of them does not stop the others. One that would take
     * something away if it went on stays as it is, as who has asked for a record only is not to lose anything.
     *
     * @param abandon whether they are given up rather than finished
     * @return those that failed, or are still open
     * @throws VmException Cancelled, when the user asked to stop
     */
    public List<Stuck> end(List<Unfinished> interrupted, boolean abandon) {
        List<Stuck> stuck = new ArrayList<>();
        for (Unfinished one : interrupted) {
            try {
                end(one.operation(), abandon);
            } catch (VmException failed) {
                if (failed.problem() instanceof Cancelled) {
                    throw failed;
                }
                boolean open = journal.latest().inventory().operation(one.operation().id()).isPresent();
                stuck.add(new Stuck(one, failed.problem(), open));
            }
        }
        return stuck;
    }

    private void end(OpenOperation operation, boolean abandon) {
        if (abandon) {
            abandon(operation.id());
        } else {
            loss(operation).ifPresent(loss -> {
                throw new Unsafe.WouldRemove(loss, operation.id().text()).thrown();
            });
            resume(operation.id());
        }
    }

    /** Goes on with an operation whose request was made once more: what it takes away is meant as it is now. */
    void repeated(OpenOperation operation) {
        cleanUp.before(operation.request());
        if (!operation.request().frees()) {
            reserved.require();
        }
        underLocks(operation.id(), found -> goOn(replacingWhatIsThere(found)));
    }

    /** The operation, which is to replace the VM that has the name now. */
    private OpenOperation replacingWhatIsThere(OpenOperation operation) {
        return DiskFailures.explained(() -> {
            Optional<FolderId> there = operation.request().replaces().flatMap(context.store()::folder);
            boolean isMeant = there.isEmpty() || operation.replaces().filter(there.get()::isSameAs).isPresent();
            if (isMeant || plan(operation).isDone()) {
                return operation;
            }
            journal.append(operation.id(), new Event.TargetChosen(operation.request().vm(), there));
            return journal.inventory().operation(operation.id()).orElseThrow();
        });
    }

    /**
     * Takes back what an interrupted operation has done. One of which only the record is missing is recorded instead:
     * what stands under its name may be in use already.
     *
     * @throws ctl.vm.problem.VmException VmInUse, while a living process carries it out
     */
    public void abandon(OperationId id) {
        reserved.spend(() -> underLocks(id, this::takeBack));
    }

    /**
     * Ends operations at the VMs of this request that died when only their record was missing, or that cannot go on.
     * What is asked for now must come after them in the journal as it does in the folder.
     */
    void recordEnded(Request request) {
        for (OpenOperation operation : List.copyOf(journal.inventory().open().values())) {
            if (OpenOperations.isAbout(request, operation) && !context.locks().isRunning(operation.id())) {
                if (operation.isLost()) {
                    underLocks(operation.id(), this::endLost);
                } else if (plan(operation).isDone()) {
                    underLocks(operation.id(), this::goOnUnlessChanged);
                }
            }
        }
    }

    /** Nothing is done where the operation has ended by the time at which we have its locks. */
    private void underLocks(OperationId id, Consumer<OpenOperation> action) {
        journal.inventory().operation(id).ifPresent(found -> underLocks(id, found.request(), action));
    }

    private void underLocks(OperationId id, Request request, Consumer<OpenOperation> action) {
        try (Locks.Hold _ = operations.hold(id, request, isHostDown)) {
            journal.inventory().operation(id).ifPresent(action);
        }
    }

    private void goOnUnlessChanged(OpenOperation operation) {
        OpenOperation checked = operation;
        if (!operation.isLost()) {
            boolean isChecked = DiskFailures.explained(() -> {
                boolean isDone = plan(operation).isDone();
                if (!isDone) {
                    new OverwriteCheck(context).requireSame(operation);
                }
                return !isDone;
            });
            // An older program did not record which VM it was to replace: this one has been there from the beginning.
            if (isChecked && operation.replaces().isEmpty()) {
                checked = replacingWhatIsThere(operation);
            }
        }
        goOn(checked);
    }

    private void goOnUnder(OpenOperation operation, VmName name) {
        if (!operation.isLost()) {
            DiskFailures.explained(() -> {
                Plan plan = plan(operation);
                if (plan.isDone()) {
                    throw new Misuse.BroughtInAlready(
                            operation.request().vm().text(), name.text(), operation.id().text()).thrown();
                }
                journal.writeSession(() -> {
                    plan.chooseName(name);
                    return name;
                });
            });
        }
        goOn(journal.inventory().operation(operation.id()).orElseThrow());
    }

    private void goOn(OpenOperation operation) {
        if (operation.isLost()) {
            throw endLost(operation).thrown();
        }
        context.reporter().hint("resuming " + new ListOperations(context).progress(operation));
        carryOut(operation);
    }

    private void takeBack(OpenOperation operation) {
        Plan plan = plan(operation);
        if (plan.isDone() && !plan.canBeTakenBackWhenDone()) {
            context.reporter().warn(operation.request().describe() + " was complete but for its record: it is kept");
            carryOut(operation);
        } else {
            undo(operation, new Event.OperationAbandoned());
        }
    }

    /** Takes back what cannot go on; returns why. */
    private Problem endLost(OpenOperation operation) {
        Problem problem = new Failure.PipeGone(operation.request().describe());
        undo(operation, new Event.OperationFailed(context.describe(problem), problem.exitCode()));
        return problem;
    }

    private void undo(OpenOperation operation, Event end) {
        new Execution(context, operation, plan(operation)).takeBack(end);
    }

    private void carryOut(OpenOperation operation) {
        Plan plan = plan(operation);
        Execution execution = new Execution(context, operation, plan);
        try (InUseCheck _ = InUseCheck.resuming(context, operation, whileInUse || plan.isDone())) {
            execution.finish();
        }
        execution.tidy();
    }

    private Plan plan(OpenOperation operation) {
        return Plan.of(context, operation, cleanUp::freeSpace);
    }
}
