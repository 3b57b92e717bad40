package ctl;

import ctl.vm.operation.StopRequest;
import ctl.vm.problem.Cancelled;
import ctl.vm.process.ControllingTerminal;
import java.util.function.IntConsumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Hands Ctrl-C and SIGTERM on to a running operation, which then stops in good order. At any other time, and the second
 * time, they end the program at once.
 *
 * <p>A signal that was ignored when the program started stays ignored, as POSIX wants it: the JVM installs no handler
 * then. The exception is Ctrl-C at a terminal that the program reads from (docs/decisions/0050-ignored-signals.md).
 *
 * <p>The JDK has had {@code sun.misc.Signal} for that since its beginning, in a module of its own that is open to all.
 * To reach it by reflection, as one would to spare the compiler its warning, costs each start 20 ms.
 */
final class Signals {

    private Signals() {}

    /**
     * @param end ends the program at once with an exit code; whatever a kill can do to an operation, this can do as
     *     well
     * @param readsFromTerminal whether the standard input is a terminal
     */
    static void handOnTo(StopRequest stop, IntConsumer end, boolean readsFromTerminal) {
        boolean isIgnored = handle("INT", stop, Cancelled.Signal.INTERRUPT, end);
        if (isIgnored && readsFromTerminal && ControllingTerminal.isForeground()) {
            ControllingTerminal.stopIgnoringInterrupt();
            handle("INT", stop, Cancelled.Signal.INTERRUPT, end);
        }
        handle("TERM", stop, Cancelled.Signal.TERMINATE, end);
    }

    /** @return whether the signal is ignored, and stays so */
    private static boolean handle(String name, StopRequest stop, Cancelled.Signal signal, IntConsumer end) {
        SignalHandler before = Signal.handle(new Signal(name), _ -> {
            if (!stop.stop(signal)) {
                end.accept(signal.exitCode());
            }
        });
        return before == SignalHandler.SIG_IGN;
    }
}
