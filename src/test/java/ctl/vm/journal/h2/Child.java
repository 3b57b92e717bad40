package ctl.vm.journal.h2;

import ctl.vm.child.Children;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.journal.repair.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Another process that uses a journal: this class is its main class, and the handle with which a test holds it. */
public final class Child implements AutoCloseable {

    /** Beside others on a busy machine a wait for the journal may take a while; no test is about its end. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Process process;
    private final BufferedReader output;

    /** @param before what is put before {@code java}, such as strace */
    public static Child start(List<String> before, List<String> jvmOptions, String what, Layout layout)
            throws IOException {
        List<String> line = new ArrayList<>(before);
        line.add(ProcessHandle.current().info().command().orElseThrow());
        line.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        line.addAll(jvmOptions);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        line.addAll(List.of(what, layout.root().toString()));
        return new Child(Children.start(new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT)));
    }

    public static Child start(String what, Layout layout) throws IOException {
        return start(List.of(), List.of(), what, layout);
    }

    private Child(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    long pid() {
        return process.pid();
    }

    /** The next line that it prints; empty at its end. */
    public String line() throws IOException {
        String line = output.readLine();
        return line == null ? "" : line;
    }

    /** Ends it with SIGKILL: nothing of it runs any more. Returns what it had printed. */
    List<String> kill() throws InterruptedException {
        // Not through Process, which would close the output unread.
        process.toHandle().destroyForcibly();
        process.waitFor();
        return output.lines().toList();
    }

    public int await() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            output.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] arguments) throws Exception {
        var layout = Layout.at(Path.of(arguments[1]));
        var journal = new H2Journal(H2JournalTest.database(layout), () -> Samples.ACTOR, Samples.CLOCK, PATIENCE,
                _ -> {});
        switch (arguments[0]) {
            case "list" -> System.out.println(journal.inventory().vms().size());
            case "append-20" -> append(journal, 20);
            case "append-20-in-a-burst" -> journal.writeSession(() -> append(journal, 20));
            case "append-on-and-on" -> append(journal, Integer.MAX_VALUE);
            case "append-on-and-on-in-a-burst" -> journal.writeSession(() -> append(journal, Integer.MAX_VALUE));
            case "append" -> append(journal, 1);
            case "rebuild" -> System.out.println(
                    Rebuild.run(H2JournalTest.database(layout), Samples.CLOCK, PATIENCE, false, ProgressListener.NONE)
                            .events());
            case "verify" -> Verification
                    .run(H2JournalTest.database(layout), PATIENCE, Optional.empty(), ProgressListener.NONE).errors()
                    .forEach(error -> System.out.printf("%s %d%n", error.kind(), error.event().orElse(0L)));
            case "read" -> journal.events(1, event -> {
                System.out.println(event.sequence());
                System.out.flush();
                read();
            });
            case "hold" -> journal.writeSession(() -> {
                append(journal, 1);
                return read();
            });
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Prints the number of each event once it has been acknowledged. */
    private static boolean append(Journal journal, int count) {
        for (int number = 0; number < count; number++) {
            String name = "%d-%d".formatted(ProcessHandle.current().pid(), number);
            long sequence = journal.append(Samples.operation(1), Samples.found(name)).sequence();
            System.out.println(sequence);
            System.out.flush();
        }
        return true;
    }

    private static int read() {
        try {
            return System.in.read();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
