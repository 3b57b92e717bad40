package ctl;

import ctl.vm.cli.CtlCommandLine;
import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Terminal;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.problem.Failure;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The end of a command by a bug of ours: anything thrown that is no {@link ctl.vm.problem.Problem}, in any thread. Who uses
 * the program sees one line of what happened, what it means for the VMs, and where the details are.
 *
 * <p>Nothing is settled or tidied up: for an operation it is as if the process had been killed, from which it can go on.
 */
final class Crash {

    private static final int EXIT_CODE = 1;

    private Crash() {}

    /**
     * Reports a bug. Never throws, as there is nobody to catch it.
     *
     * @param arguments as typed behind {@code ctl}
     * @param root empty where it is not known yet
     * @return the exit code
     */
    static int report(Throwable bug, List<String> arguments, Optional<Path> root, Failure.Crash.Outcome outcome,
            Console console) {
        try {
            Optional<Path> report = new CrashReport(bug, Thread.currentThread(), arguments, Instant.now()).write(root);
            return CtlCommandLine.fail(new Failure.Crash(error(bug), outcome, report), arguments, console);
        } catch (RuntimeException | Error again) {
            // What is broken may be the console itself.
            System.err.println("[FAIL] a bug in ctl vm ended the command: " + bug.getClass().getName() + "; "
                    + ProblemText.meaning(outcome) + "; tell the maintainers");
            return EXIT_CODE;
        }
    }

    /** Reports a bug that came before the program was put together. Nothing can have been changed. */
    static int report(Throwable bug, List<String> arguments) {
        try {
            PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
            PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
            Console console = new Console(out, err, InputStream.nullInputStream(), Terminal.NONE, System::nanoTime);
            return report(bug, arguments, Optional.empty(), Failure.Crash.Outcome.NOTHING_CHANGED, console);
        } catch (RuntimeException | Error again) {
            System.err.println("[FAIL] a bug in ctl vm ended the command: " + bug.getClass().getName()
                    + "; nothing was changed; tell the maintainers");
            return EXIT_CODE;
        }
    }

    private static String error(Throwable bug) {
        String name = bug.getClass().getSimpleName();
        return bug.getMessage() == null ? name : name + ": " + bug.getMessage();
    }
}
