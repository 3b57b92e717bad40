package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The program as a user has it: the real launcher in a child process, at a root of its own.
 *
 * <pre>
 * root/vm/       what the commands work on
 * work/          the user's working folder
 * </pre>
 */
public final class Program {

    private static final Path LAUNCHER = Path.of("ctl").toAbsolutePath();

    private final Path root;
    private final Path work;
    private final Map<String, String> environment = new HashMap<>();

    Program(Path folder) {
        try {
            root = Files.createDirectories(folder.resolve("root"));
            work = Files.createDirectories(folder.resolve("work"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        environment.put("CTL_ROOT", root.toString());
        environment.put("CTL_JAVA_HOME", System.getProperty("java.home"));
    }

    Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Its own variables, without those of this process. */
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** Has lines of shell find it as {@code ctl}. */
    Program onPath() {
        shell("mkdir bin; ln -s '%s' bin/ctl".formatted(LAUNCHER));
        return with("PATH", work.resolve("bin") + ":" + System.getenv("PATH"));
    }

    Path root() {
        return root;
    }

    /** The folder of VMs. */
    Path vms() {
        return root.resolve("vm");
    }

    Path work() {
        return work;
    }

    /** Runs {@code ctl vm} with nothing on its standard input. */
    Result ctl(String... arguments) {
        return run("", command(arguments));
    }

    /** Runs {@code ctl vm} and insists that it succeeds. */
    Result succeeds(String... arguments) {
        Result result = ctl(arguments);
        assertThat(result.exit()).as("%s%n%s", List.of(arguments), result.err()).isZero();
        return result;
    }

    /**
     * Runs {@code ctl vm} bound to the modes of files, as every user but root is: root gives up its right to ignore
     * them.
     */
    Result withoutPrivileges(String... arguments) {
        return run("", withoutPrivileges(command(arguments)));
    }

    static List<String> withoutPrivileges(List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return command;
        }
        String capabilities = "-dac_override,-dac_read_search";
        List<String> whole = new ArrayList<>(
                List.of("/usr/bin/setpriv", "--bounding-set=" + capabilities, "--inh-caps=" + capabilities));
        whole.addAll(command);
        return whole;
    }

    /** Runs {@code ctl vm} with an answer on its standard input. */
    Result answering(String input, String... arguments) {
        return run(input, command(arguments));
    }

    /** Runs a line of shell in the working folder, with {@code $CTL_ROOT}, and insists that it succeeds. */
    String shell(String line) {
        Result result = run("", List.of("/bin/bash", "-euo", "pipefail", "-c", line));
        assertThat(result.exit()).as("%s%n%s", line, result.err()).isZero();
        return result.out();
    }

    /** The words of a line as the shell divides it. */
    String[] words(String line) {
        String words = shell("printf '%s\\0' " + line);
        return words.substring(0, words.length() - 1).split("\0", -1);
    }

    Result run(String input, List<String> command) {
        try {
            ProcessBuilder builder = builder(command);
            Path errors = Files.createTempFile("ctl", ".err");
            Process process = Children.start(builder.redirectError(errors.toFile()));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(UTF_8));
            } catch (IOException closed) {
                // It did not want to read its input.
            }
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            int exit = process.waitFor();
            String err = Files.readString(errors);
            Files.delete(errors);
            return new Result(exit, out, err);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** Starts a command in the working folder; what it says on stderr is added to its stdout. */
    Process start(List<String> command) throws IOException {
        return Children.start(builder(command).redirectErrorStream(true));
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
        builder.environment().keySet().removeAll(List.of("PAGER", "JAVA_HOME", "LC_ALL", "LANG", "S2EDIR"));
        builder.environment().putAll(environment);
        return builder;
    }

    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "vm"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Skips the test where the tool is not installed; {@code .ci/tools} installs it where it may. */
    static void assumeTool(String name) {
        boolean there = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        assumeTrue(there, name + " is not installed");
    }

    /** What a run of the program left. */
    public record Result(int exit, String out, String err) {}
}
