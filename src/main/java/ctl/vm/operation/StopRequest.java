package ctl.vm.operation;

import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private final List<Supplier<Optional<Problem>>> reasons = new CopyOnWriteArrayList<>();

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

    /** A reason to stop, which holds until this is closed. Operations within operations have each their own. */
    public interface Registration extends AutoCloseable {

        @Override
        void close();
    }

    /** From now on stops for this reason as well, once it is given. */
    public Registration alsoFor(Supplier<Optional<Problem>> reason) {
        reasons.add(reason);
        return () -> reasons.remove(reason);
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
        Optional<Problem> problem = Optional.ofNullable(signal.get()).map(Cancelled::new);
        for (Supplier<Optional<Problem>> reason : reasons) {
            problem = problem.or(reason);
        }
        return problem;
    }
}
