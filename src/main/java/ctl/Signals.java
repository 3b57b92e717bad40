package ctl;

import ctl.vm.operation.StopRequest;
import ctl.vm.problem.Stopped;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/**
 * Hands Ctrl-C and SIGTERM on to a running operation, which then stops in good order. At any other time, and the second
 * time, they end the program at once.
 *
 * <p>The JDK has had {@code sun.misc.Signal} for that since its beginning, in a module of its own that is open to all. To
 * reach it by reflection, as one would to spare the compiler its warning, costs each start 20 ms.
 */
final class Signals {

    private Signals() {}

    /** @param end ends the program at once with an exit code; whatever a kill can do to an operation, this can do as well */
    static void handOnTo(StopRequest stop, IntConsumer end) {
        handle("INT", stop, Stopped.Signal.INTERRUPT, end);
        handle("TERM", stop, Stopped.Signal.TERMINATE, end);
    }

    private static void handle(String name, StopRequest stop, Stopped.Signal signal, IntConsumer end) {
        Signal.handle(new Signal(name), received -> {
            if (!stop.stop(signal)) {
                end.accept(signal.exitCode());
            }
        });
    }
}
