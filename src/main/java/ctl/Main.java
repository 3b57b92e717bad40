package ctl;

import ctl.vm.cli.console.Terminal;
import ctl.vm.operation.StopRequest;
import ctl.vm.problem.Cancelled;
import ctl.vm.process.ControllingTerminal;
import java.nio.file.Path;
import java.util.List;

/** Runs the program in this process, as it was started, and ends that with its exit code. */
public final class Main {

    private Main() {}

    /** @param arguments as typed behind {@code ctl} */
    public static void main(String[] arguments) {
        // There are no shutdown hooks, and looking for them takes longer than ending.
        int exitCode;
        try {
            exitCode = run(arguments);
        } catch (RuntimeException | Error bug) {
            exitCode = Crash.report(bug, List.of(arguments));
        }
        Runtime.getRuntime().halt(exitCode);
    }

    /** Does all that a start of the program does, but to end it; returns the exit code. */
    static int run(String... arguments) {
        StopRequest stop = new StopRequest();
        Program.ProcessEnvironment environment = new Program.ProcessEnvironment(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                Terminal.of(System.getProperty("ctl.terminal", ""), System.getProperty("ctl.window", ""),
                        System.getenv(), ControllingTerminal::columns, ControllingTerminal::rows),
                System.in,
                System.out,
                System.err);
        Program program = new Program(environment, stop);
        boolean readsFromTerminal = environment.terminal().input();
        Signals.handOnTo(stop, exitCode -> {
            // While a pager shows the result the keyboard is the pager's: less stops searching at Ctrl-C, and goes on.
            if (exitCode != Cancelled.Signal.INTERRUPT.exitCode() || !program.isPaging()) {
                program.leaveScreen();
                Runtime.getRuntime().halt(exitCode);
            }
        }, readsFromTerminal);
        // Whatever another thread was doing, the one that works would wait for it for ever, or go on without it.
        Thread.setDefaultUncaughtExceptionHandler(
                (_, bug) -> Runtime.getRuntime().halt(program.crashed(bug, arguments)));
        return program.run(arguments);
    }
}
