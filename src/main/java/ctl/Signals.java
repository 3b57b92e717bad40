package ctl;

import ctl.vm.operation.StopRequest;
import ctl.vm.problem.Stopped;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Hands Ctrl-C and SIGTERM on to a running operation, which then stops in good order. At any other time, and the second
 * time, they end the program at once.
 *
 * <p>The JDK has had {@code sun.misc.Signal} for that since its beginning, in a module of its own that is open to all,
 * but lets nobody compile against it without a warning: hence by reflection.
 */
final class Signals {

    private Signals() {}

    /** @param end ends the program at once with an exit code; whatever a kill can do to an operation, this can do as well */
    static void handOnTo(StopRequest stop, IntConsumer end) {
        handle("INT", stop, Stopped.Signal.INTERRUPT, end);
        handle("TERM", stop, Stopped.Signal.TERMINATE, end);
    }

    private static void handle(String name, StopRequest stop, Stopped.Signal signal, IntConsumer end) {
        Runnable handler = () -> {
            if (!stop.stop(signal)) {
                end.accept(signal.exitCode());
            }
        };
        try {
            Class<?> signals = Class.forName("sun.misc.Signal");
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(handlers.getClassLoader(), new Class<?>[] {handlers},
                    (self, method, parameters) -> {
                        if (method.getName().equals("handle")) {
                            handler.run();
                        }
                        return null;
                    });
            signals.getMethod("handle", signals, handlers)
                    .invoke(null, signals.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException missing) {
            // Another JVM without it: the signal ends the program, and the operation goes on from its last checkpoint.
            return;
        }
    }
}
