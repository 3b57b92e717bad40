package ctl.vm.operation;

import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Problem;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Whether what is being done must stop: a signal has asked for it, or a watch over images has found a reason. Looked at
 * between two blocks of work.
 *
 * <p>Only while an operation looks at it is there a point in asking: at any other time a signal ends the program.
 */
public final class StopRequest {

    private final AtomicReference<Cancelled.Signal> signal = new AtomicReference<>();
    private final AtomicBoolean heeded = new AtomicBoolean();
    private volatile boolean isBrokenOff;
    private Supplier<Optional<Problem>> reason = Optional::empty;

    /** Asks to stop. @return whether it will be heeded: an operation runs, and it is asked for the first time */
    public boolean stop(Cancelled.Signal by) {
        return heeded.get() && signal.compareAndSet(null, by);
    }

    /** Does something that looks at this from time to time. */
    public void heededBy(Runnable work) {
        boolean before = heeded.getAndSet(true);
        boolean ended = false;
        try {
            work.run();
            ended = true;
        } finally {
            isBrokenOff |= !ended;
            heeded.set(before);
        }
    }

    /** Whether something that looks at this is being done, or was thrown out of. */
    public boolean isAmidWork() {
        return heeded.get() || isBrokenOff;
    }

    /** From now on stops for this reason as well, once it is given. There is one at a time. */
    public void alsoFor(Supplier<Optional<Problem>> otherReason) {
        reason = otherReason;
    }

    public boolean isMade() {
        return problem().isPresent();
    }

    /** @throws ctl.vm.problem.VmException Cancelled, if the user has asked; the problem that is the other reason */
    public void throwIfMade() {
        problem().ifPresent(problem -> {
            throw problem.thrown();
        });
    }

    private Optional<Problem> problem() {
        return Optional.ofNullable(signal.get()).<Problem>map(Cancelled::new).or(reason);
    }
}
