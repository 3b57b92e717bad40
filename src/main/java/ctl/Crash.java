package ctl;

import ctl.vm.cli.CtlCommandLine;
import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Terminal;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.cli.problem.ShellWord;
import ctl.vm.durable.ReportFile;
import ctl.vm.inventory.value.Layout;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The end of a command by a bug of ours: anything thrown that is no {@link ctl.vm.problem.Problem}, in any thread. The
 * user sees one line: what happened, what it means for the VMs, and where the details are. These go into a private file
 * for the maintainers; whatever fails while it is made, such as the bug itself once more, leaves out a line or the
 * file, and no more.
 *
 * <p>Nothing is settled or tidied up: for an operation it is as if the process had been killed, from which it can go
 * on.
 */
final class Crash {

    private static final int EXIT_CODE = 1;

    private Crash() {}

    /**
     * Reports a bug. Never throws, as no caller could handle it.
     *
     * @param arguments as typed behind {@code ctl}
     * @param root empty where it is not known yet
     * @return the exit code
     */
    static int report(Throwable bug, List<String> arguments, Optional<Path> root, Failure.Crash.Outcome outcome,
            Console console) {
        try {
            String error = bug.getClass().getSimpleName() + (bug.getMessage() == null ? "" : ": " + bug.getMessage());
            Optional<Path> details = writeDetails(bug, arguments, root);
            return CtlCommandLine.fail(new Failure.Crash(error, outcome, details), arguments, console);
        } catch (RuntimeException | Error again) {
            // What is broken may be the console itself.
            System.err.println("[FAIL] a bug in ctl vm ended the command: " + bug.getClass().getName() + "; "
                    + ProblemText.meaning(outcome) + "; tell the maintainers");
            return EXIT_CODE;
        }
    }

    /** Reports a bug that came before the program was put together. Nothing can have been changed. */
    static int report(Throwable bug, List<String> arguments) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
        try {
            Console console = new Console(out, err, InputStream.nullInputStream(), Terminal.NONE, System::nanoTime);
            return report(bug, arguments, Optional.empty(), Failure.Crash.Outcome.NOTHING_CHANGED, console);
        } catch (RuntimeException | Error again) {
            System.err.println("[FAIL] a bug in ctl vm ended the command: " + bug.getClass().getName()
                    + "; nothing was changed; tell the maintainers");
            return EXIT_CODE;
        }
    }

    /** Returns where the details stand: in the journal's folder or that for temporary files; empty where in neither. */
    private static Optional<Path> writeDetails(Throwable bug, List<String> arguments, Optional<Path> root) {
        Instant now = Instant.now();
        String text = details(bug, arguments, root, now);
        String name = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC).format(now)
                + "-" + ProcessHandle.current().pid();
        if (root.isPresent()) {
            try {
                return Optional.of(ReportFile.write(Layout.at(root.get()).crashReport(name), text));
            } catch (IOException | RuntimeException | Error elsewhere) {
                // The root may be read-only, full, gone, or another user's.
            }
        }
        try {
            return Optional.of(ReportFile.writeTemporary("ctl-vm-crash-" + name + ".txt", text));
        } catch (IOException | RuntimeException | Error nowhere) {
            return Optional.empty();
        }
    }

    private static String details(Throwable bug, List<String> arguments, Optional<Path> root, Instant now) {
        StringWriter trace = new StringWriter();
        bug.printStackTrace(new PrintWriter(trace));
        Runtime java = Runtime.getRuntime();
        return """
                A bug in ctl vm, for its maintainers. This names files, folders and VMs: read it before you send it.

                version:  %s
                java:     %s
                system:   %s
                memory:   %d of %d bytes of heap
                time:     %s
                command:  %s
                root:     %s
                thread:   %s

                %s""".formatted(
                known(Program::version),
                known(() -> "%s %s, %s".formatted(
                        System.getProperty("java.vm.name"), Runtime.version(), System.getProperty("java.vendor"))),
                known(() -> "%s %s %s, %d processors".formatted(
                        System.getProperty("os.name"), System.getProperty("os.version"), System.getProperty("os.arch"),
                        java.availableProcessors())),
                java.totalMemory() - java.freeMemory(), java.maxMemory(),
                now,
                known(() -> arguments.stream().map(Secrets::masked).map(ShellWord::quoted)
                        .collect(Collectors.joining(" ", "ctl ", ""))),
                root.map(Path::toString).orElse("not known yet"),
                Thread.currentThread().getName(),
                Secrets.masked(trace.toString()));
    }

    private static String known(Supplier<String> fact) {
        try {
            return fact.get();
        } catch (RuntimeException | Error unknown) {
            return "unknown (" + unknown.getClass().getName() + ")";
        }
    }
}
