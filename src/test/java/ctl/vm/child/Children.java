package ctl.vm.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The child processes of the tests: the one place that starts them, and a JUnit extension that is registered for every
 * test and ends them.
 *
 * <p>They have the default signals: a build that a script has started in the background ignores SIGINT and SIGQUIT, and
 * so would its children. They end with the test, or the test class, that started them, however it ends, and with them
 * what they have started themselves; a child also ends after {@link #LIMIT_MINUTES}, so that nobody reads its output
 * forever, and when the JVM of the tests is killed.
 */
public final class Children
        implements
            BeforeAllCallback,
            BeforeEachCallback,
            AfterEachCallback,
            AfterAllCallback {

    /** No test has a child that runs for so long, be the machine as busy as it may; campaigns included. */
    private static final long LIMIT_MINUTES = 60;

    /** What is put before each command. All three become the next by exec, so that the process keeps its number. */
    private static final List<String> BEFORE = List.of(
            // The kernel kills the child when the thread that started it is gone, and with the JVM all threads are.
            program("setpriv"), "--pdeathsig", "KILL",
            program("env"), "--default-signal");

    /** Threads that a test starts belong to that test as well. */
    private static final ThreadLocal<Optional<Family>> CURRENT = new InheritableThreadLocal<>() {
        @Override
        protected Optional<Family> initialValue() {
            return Optional.empty();
        }
    };

    /** Made by JUnit. */
    public Children() {}

    /** Starts a child of the test that runs in this thread. The thread is to live as long as the child. */
    public static Process start(ProcessBuilder builder) throws IOException {
        List<String> command = List.copyOf(builder.command());
        List<String> whole = new ArrayList<>(BEFORE);
        whole.add(program(command.getFirst()));
        whole.addAll(command.subList(1, command.size()));
        CURRENT.get().ifPresent(family -> family.adopt(builder.environment()));
        try {
            Process process = builder.command(whole).start();
            process.onExit().orTimeout(LIMIT_MINUTES, TimeUnit.MINUTES).exceptionally(_ -> process.destroyForcibly());
            return process;
        } finally {
            builder.command(command);
        }
    }

    /** The same for a command that needs nothing else. What it prints on stderr is added to its stdout. */
    public static Process start(String... command) throws IOException {
        return start(new ProcessBuilder(command).redirectErrorStream(true));
    }

    /** As without anything before the command, it is looked for on our PATH; the child may have another one. */
    private static String program(String name) {
        return name.contains("/")
                ? name
                : Stream.of(System.getenv("PATH").split(":"))
                        .map(folder -> folder + "/" + name)
                        .filter(file -> Files.isExecutable(Path.of(file)))
                        .findFirst()
                        .orElse(name);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begin();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        end();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end();
    }

    private static void begin() {
        CURRENT.set(Optional.of(new Family(CURRENT.get())));
    }

    private static void end() {
        Family family = CURRENT.get().orElseThrow();
        CURRENT.set(family.outer());
        family.end();
    }
}
