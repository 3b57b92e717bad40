package ctl.vm.reconcile;

import ctl.vm.operation.OperationContext;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.run.ResumeOperation;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operations that were interrupted, and their end: they go on as by {@code resume}, or are given up. One that cannot
 * go on keeps no other from its end, nor what was done by hand from being recorded.
 */
public final class InterruptedOperations {

    private final ListOperations operations;
    private final ResumeOperation resume;

    public InterruptedOperations(OperationContext context, ResumeOperation resume) {
        this.operations = new ListOperations(context);
        this.resume = resume;
    }

    /** One that could not be ended. @param open whether it can still go on later */
    public record Stuck(Unfinished interrupted, Problem why, boolean open) {}

    /** The oldest first. */
    public List<Unfinished> all() {
        return operations.interrupted();
    }

    /** What it would take away if it went on; empty where that is nothing. */
    public Optional<String> loss(Unfinished interrupted) {
        return resume.loss(interrupted.operation());
    }

    /**
     * Ends them all, but for those that would take something away if they went on: who has asked for a record only is not to
     * lose anything.
     *
     * @param abandon whether they are given up rather than finished
     * @return those that failed, or are still open
     * @throws VmException Stopped, when the user has had enough
     */
    public List<Stuck> end(List<Unfinished> interrupted, boolean abandon) {
        List<Stuck> stuck = new ArrayList<>();
        for (Unfinished operation : interrupted) {
            try {
                end(operation, abandon);
            } catch (VmException failed) {
                if (failed.problem() instanceof Cancelled) {
                    throw failed;
                }
                stuck.add(new Stuck(operation, failed.problem(), isOpen(operation)));
            }
        }
        return stuck;
    }

    private void end(Unfinished interrupted, boolean abandon) {
        if (abandon) {
            resume.abandon(interrupted.operation().id());
        } else {
            loss(interrupted).ifPresent(loss -> {
                throw new Unsafe.WouldRemove(loss, interrupted.operation().id().text()).thrown();
            });
            resume.resume(interrupted.operation().id());
        }
    }

    private boolean isOpen(Unfinished interrupted) {
        return operations.all().stream()
                .anyMatch(other -> other.operation().id().equals(interrupted.operation().id()));
    }
}
