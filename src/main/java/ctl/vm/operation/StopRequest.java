package ctl.vm.operation;

import ctl.vm.problem.Stopped;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether somebody has asked this program to stop. Set by a signal, looked at between two pieces of work.
 *
 * <p>Only while an operation looks at it is there a point in asking: at any other time a signal ends the program.
 */
public final class StopRequest {

    private final AtomicReference<Stopped.Signal> signal = new AtomicReference<>();
    private final AtomicBoolean heeded = new AtomicBoolean();

    /** Asks to stop. @return whether somebody will heed it: an operation runs, and it is asked for the first time */
    public boolean stop(Stopped.Signal by) {
        return heeded.get() && signal.compareAndSet(null, by);
    }

    /** Does something that looks at this from time to time. */
    void heededBy(Runnable work) {
        boolean before = heeded.getAndSet(true);
        try {
            work.run();
        } finally {
            heeded.set(before);
        }
    }

    boolean isMade() {
        return signal.get() != null;
    }

    /** @throws ctl.vm.problem.VmException Stopped, if somebody has asked */
    void throwIfMade() {
        Optional.ofNullable(signal.get()).ifPresent(by -> {
            throw new Stopped(by).thrown();
        });
    }
}
