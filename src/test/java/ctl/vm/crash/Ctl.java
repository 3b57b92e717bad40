package ctl.vm.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import ctl.Program;
import ctl.vm.child.Children;
import ctl.vm.cli.console.Terminal;
import ctl.vm.operation.StopRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The program as a user has it, the real launcher, in a place of its own. */
final class Ctl {

    /** Nothing that these tests do takes a tenth of it. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Path LAUNCHER = Path.of("ctl").toAbsolutePath();

    private final Place place;
    private final Map<String, String> environment;

    Ctl(Place place) {
        this(place, Map.of());
    }

    private Ctl(Place place, Map<String, String> environment) {
        this.place = place;
        this.environment = environment;
    }

    /** The same with a variable of the environment. */
    Ctl with(String variable, String value) {
        return new Ctl(place, Map.of(variable, value));
    }

    /** What a run of the program left. A killed one has the exit code 137. */
    record Run(List<String> command, int exit, String out, String err) {

        /** Whether it was shown that operations are interrupted. */
        boolean tellsOfInterruptedWork() {
            return err.contains("interrupted: \"ctl vm operations\"");
        }

        boolean hasStackTrace() {
            return (out + err).lines()
                    .anyMatch(line -> line.startsWith("\tat ") || line.contains("Exception in thread"));
        }

        @Override
        public String toString() {
            return "%s: exit %d%n%s%s".formatted(String.join(" ", command), exit, out, err);
        }
    }

    Run run(String... arguments) {
        return run(List.of(), List.of(arguments));
    }

    /** Runs it under another program, such as strace. */
    Run run(List<String> under, List<String> arguments) {
        List<String> command = new ArrayList<>(under);
        command.addAll(List.of(LAUNCHER.toString(), "vm"));
        command.addAll(arguments);
        try {
            // Not in the place, the disk of which may be full.
            Path out = Files.createTempFile("said", ".out");
            Path err = Files.createTempFile("said", ".err");
            Process process = Children.start(builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()));
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("still running after " + PATIENCE + ": " + String.join(" ", command));
            }
            Run run = new Run(arguments, process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return run;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /**
     * Runs it within this process: a campaign looks several times behind each kill, and the starts of a JVM would take
     * most of its time.
     */
    Run within(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("CTL_ROOT", place.root().toString());
        Program.ProcessEnvironment environment = new Program.ProcessEnvironment(
                variables,
                place.work(),
                Terminal.NONE,
                InputStream.nullInputStream(),
                new PrintStream(out, false, UTF_8),
                new PrintStream(err, false, UTF_8));
        String[] command = Stream.concat(Stream.of("vm"), Stream.of(arguments)).toArray(String[]::new);
        int exit = new Program(environment, new StopRequest()).run(command);
        return new Run(List.of(arguments), exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Starts it and does not wait. */
    Process start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "vm"));
        command.addAll(List.of(arguments));
        try {
            return Children.start(builder(command).redirectErrorStream(true));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(place.work().toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "LC_ALL", "LANG", "S2EDIR"));
        builder.environment().put("CTL_ROOT", place.root().toString());
        builder.environment().put("CTL_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder;
    }
}
