package ctl;

import ctl.vm.durable.ReportFile;
import ctl.vm.inventory.value.Layout;
import ctl.vm.cli.problem.ShellWord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
 * What the maintainers need to know of a bug, in a private file: who uses the program sees one line instead. Whatever fails
 * while it is made, such as the bug itself once more, leaves out a line or the file, and no more.
 */
final class CrashReport {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Throwable bug;
    private final Thread thread;
    private final List<String> arguments;
    private final Instant time;

    /** @param thread in which it happened; @param arguments as typed behind {@code ctl} */
    CrashReport(Throwable bug, Thread thread, List<String> arguments, Instant time) {
        this.bug = bug;
        this.thread = thread;
        this.arguments = arguments;
        this.time = time;
    }

    /**
     * Writes it into the journal's folder, or into that for temporary files where this cannot be.
     *
     * @param root empty where it was not known yet
     * @return where it stands; empty where it could be written nowhere
     */
    Optional<Path> write(Optional<Path> root) {
        String text = text(root);
        String name = STAMP.format(time) + "-" + ProcessHandle.current().pid();
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

    private String text(Optional<Path> root) {
        StringWriter trace = new StringWriter();
        bug.printStackTrace(new PrintWriter(trace));
        return """
                A bug in ctl vm, for its maintainers. This names files, folders and VMs: read it before you send it.

                version:  %s
                java:     %s
                system:   %s
                memory:   %s
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
                        Runtime.getRuntime().availableProcessors())),
                known(CrashReport::memory),
                time,
                known(this::command),
                root.map(Path::toString).orElse("not known yet"),
                thread.getName(),
                trace);
    }

    private String command() {
        return arguments.stream().map(ShellWord::quoted).collect(Collectors.joining(" ", "ctl ", ""));
    }

    private static String memory() {
        Runtime java = Runtime.getRuntime();
        return "%d of %d bytes of heap".formatted(java.totalMemory() - java.freeMemory(), java.maxMemory());
    }

    private static String known(Supplier<String> fact) {
        try {
            return fact.get();
        } catch (RuntimeException | Error unknown) {
            return "unknown (" + unknown.getClass().getName() + ")";
        }
    }
}
