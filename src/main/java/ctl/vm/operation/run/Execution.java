package ctl.vm.operation.run;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Journal;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.StopRequest;
import ctl.vm.operation.plan.Plan;
import ctl.vm.operation.plan.Step;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The carrying out of one operation that stands in the journal, whose locks the caller holds.
 *
 * <p>Its steps are done in order. What a step that fails leaves behind is settled: the operation is interrupted and can
 * go on, or it has failed and is taken back.
 */
final class Execution {

    private final OperationContext context;
    private final Journal journal;
    private final OperationId id;
    private final Plan plan;
    private final Deque<Step> steps = new ArrayDeque<>();
    private boolean planned;

    Execution(OperationContext context, OpenOperation operation, Plan plan) {
        this.context = context;
        this.journal = context.journal();
        this.id = operation.id();
        this.plan = plan;
    }

    /**
     * Records the start of an operation and does its brief steps, so that a small operation opens the journal once.
     * What the start is decided on stays true until it is recorded, as no other process can append meanwhile.
     *
     * @param beforehand reads the journal while it is open
     * @return empty where another operation has that id
     */
    static Optional<Execution> start(OperationContext context, OperationId id, Request request, TrashCleanup cleanUp,
            Runnable beforehand) {
        Journal journal = context.journal();
        List<Execution> begun = new ArrayList<>();
        try {
            DiskFailures.explained(() -> journal.writeSession(() -> {
                if (context.isTaken(id)) {
                    return begun;
                }
                beforehand.run();
                Rules.decide(
                        request, journal.inventory(), context.store().look(request.vms()),
                        request.replaces().flatMap(context.store()::folder))
                        .forEach(event -> journal.append(id, event));
                OpenOperation operation = journal.inventory().operation(id).orElseThrow();
                begun.add(new Execution(context, operation, Plan.of(context, operation, cleanUp::freeSpace)));
                begun.getFirst().performBrief();
                return begun;
            }));
        } catch (VmException failed) {
            if (begun.isEmpty()) {
                throw failed;
            }
            begun.getFirst().settle(failed);
        } catch (RuntimeException failed) {
            throw begun.isEmpty() ? failed : begun.getFirst().unlessTakenOver(failed);
        }
        return begun.stream().findFirst();
    }

    /** Does the steps up to the first that is not brief. */
    private void performBrief() {
        context.stop().heededBy(() -> {
            planSteps();
            ByteCount done = ByteCount.ZERO;
            while (!steps.isEmpty() && steps.element().isBriefAfter(done)) {
                done = done.plus(steps.element().work().get());
                perform(steps.remove());
            }
        });
    }

    /** Does the rest of the steps, and tidies up, where no image is watched. */
    void complete() {
        finish();
        tidy();
    }

    /** Does the rest of the steps. The caller has it {@link #tidy} after this. */
    void finish() {
        try (StopRequest.Registration _ = context.stop().alsoFor(() -> context.locks().lost(id))) {
            context.stop().heededBy(() -> DiskFailures.explained(this::performAll));
        } catch (VmException failed) {
            settle(failed);
        } catch (RuntimeException failed) {
            throw unlessTakenOver(failed);
        }
    }

    /**
     * Takes back what was done, and records that end. In no write session: what the operation made may be large, and
     * other processes are not to wait for the journal while it is removed.
     */
    void takeBack(Event end) {
        DiskFailures.explained(() -> {
            context.locks().requireHeld(id);
            plan.undo();
            return journal.append(id, end);
        });
        tidy();
    }

    private void performAll() {
        planSteps();
        if (!steps.isEmpty()) {
            context.reporter().expect(work());
        }
        while (!steps.isEmpty()) {
            perform(steps.remove());
        }
    }

    private void planSteps() {
        if (!planned) {
            planned = true;
            steps.addAll(plan.steps());
        }
    }

    private ByteCount work() {
        return steps.stream().map(step -> step.work().get()).reduce(ByteCount.ZERO, ByteCount::plus);
    }

    private void perform(Step step) {
        context.stop().throwIfMade();
        // The plan has looked up all names by now: whoever takes over after this gives them to nothing any more.
        context.locks().requireHeld(id);
        if (step.title().isEmpty()) {
            step.action().run();
        } else {
            context.reporter().begin(step.title(), step.work().get());
            step.action().run();
            context.reporter().end();
        }
    }

    /**
     * Removes what the operation has left over. No image may be watched any more: NFS and drivers of FUSE keep a file
     * that is removed while it is open, under another name in the same folder, so that the folder cannot be removed.
     */
    void tidy() {
        try {
            DiskFailures.explained(plan::tidy);
        } catch (VmException failed) {
            // What stays behind is no part of the inventory, and the end of the operation is recorded.
            context.reporter().warn("something is left behind: " + context.describe(failed.problem()));
        }
    }

    /**
     * Decides what becomes of an operation of which a step failed. Returns where its end stands in the journal although
     * it was reported that it could not be written; throws {@code failed} otherwise.
     *
     * <p>The journal or the disk may be what failed: then the operation stays open, which is the truth, and can be
     * resumed or abandoned.
     */
    private void settle(VmException failed) {
        planned = true;
        steps.clear();
        if (context.locks().isTakenOver(id)) {
            throw takenOver(failed);
        }
        boolean ended = false;
        try {
            ended = DiskFailures.explained(() -> recordFailure(failed.problem()));
        } catch (VmException again) {
            failed.addSuppressed(again);
        } catch (RuntimeException again) {
            throw unlessTakenOver(again);
        }
        if (!ended) {
            // It may have been taken over since.
            throw unlessTakenOver(failed);
        }
        context.reporter().warn("done, but: " + context.describe(failed.problem()));
    }

    /**
     * What this process has made since stands under names that are nobody's. All else is the other host's: nothing is
     * recorded.
     */
    private VmException takenOver(RuntimeException failed) {
        tidy();
        VmException taken = new Busy.TakenOver(id.text()).thrown();
        taken.addSuppressed(failed);
        return taken;
    }

    /** What is read of an operation that has been taken over, and ended, is nothing that its steps can reckon with. */
    private RuntimeException unlessTakenOver(RuntimeException failed) {
        return context.locks().isTakenOver(id) ? takenOver(failed) : failed;
    }

    /** What is whole may have taken days: only the user gives it up. An empty VM took nothing. */
    private static boolean isKept(OpenOperation operation, Problem problem) {
        boolean isWhole = operation.staged().isPresent();
        boolean isEmpty = operation.request() instanceof Request.Create;
        if (isEmpty && problem instanceof Failure.NotEnoughSpace) {
            return false;
        }
        return problem instanceof Failure.NotSupported
                ? isWhole && !isEmpty
                : isWhole || mayPass(problem) && !operation.isLost();
    }

    /**
     * Returns whether the operation has reached its goal all the same. No other process can end it: we hold its locks.
     */
    private boolean recordFailure(Problem problem) {
        Optional<OpenOperation> open = journal.inventory().operation(id);
        if (open.isEmpty()) {
            return true;
        }
        plan.secure();
        OpenOperation operation = journal.inventory().operation(id).orElseThrow();
        if (isKept(operation, problem)) {
            journal.append(id, new Event.OperationInterrupted(context.describe(problem), problem.exitCode()));
            context.reporter().interrupted(operation, problem);
        } else {
            takeBack(new Event.OperationFailed(context.describe(problem), problem.exitCode()));
        }
        return false;
    }

    /** Whether an operation can go on after it: the same may succeed another time. */
    static boolean mayPass(Problem problem) {
        return problem instanceof Failure && !(problem instanceof Failure.NotSupported)
                || problem instanceof Busy
                || problem instanceof Cancelled;
    }
}
