package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The screen of a real terminal, by tmux, on which a command runs; it stays there when the command has ended. */
final class Screen implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Program program;
    private final Path socket;

    /** @param line of shell; {@code ctl} is the program */
    Screen(Program program, Path folder, int columns, int rows, String line) {
        this.program = program;
        this.socket = folder.resolve("tmux-%d".formatted(System.nanoTime()));
        String script = "ctl() { '%s' \"$@\"; }; %s; echo \"exit $?\"; sleep 600"
                .formatted(Path.of("ctl").toAbsolutePath(), line);
        // The server that the first session starts has the environment of the program, and so has its shell.
        tmux("-f", "/dev/null", "new-session", "-d", "-x", Integer.toString(columns), "-y", Integer.toString(rows),
                "/bin/bash", "-c", script);
    }

    /** The lines on the screen, without the empty ones below. One that the window has wrapped is one. */
    List<String> lines() {
        return tmux("capture-pane", "-p", "-J").stripTrailing().lines().map(String::stripTrailing).toList();
    }

    /** The same with the escape sequences for colours. */
    String coloured() {
        return tmux("capture-pane", "-p", "-e");
    }

    /** Waits until a line of the screen is as wanted, and returns all of them as they were then. */
    List<String> when(Predicate<String> wanted) {
        List<List<String>> seen = new ArrayList<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).pollDelay(Duration.ZERO).untilAsserted(() -> {
            seen.add(lines());
            assertThat(seen.getLast()).anyMatch(wanted);
        });
        return seen.getLast();
    }

    /** Waits until the command has ended with 0, and returns the lines above. */
    List<String> whenDone() {
        List<String> lines = when(line -> line.startsWith("exit "));
        assertThat(lines.getLast()).as(lines.stream().collect(Collectors.joining("\n"))).isEqualTo("exit 0");
        return lines.subList(0, lines.size() - 1);
    }

    void resize(int columns, int rows) {
        tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    void type(String key) {
        tmux("send-keys", key);
    }

    @Override
    public void close() {
        tmux("kill-server");
    }

    private String tmux(String... arguments) {
        List<String> command = new ArrayList<>(List.of("tmux", "-S", socket.toString()));
        command.addAll(List.of(arguments));
        Program.Result result = program.run("", command);
        assertThat(result.exit()).as("%s%n%s", command, result.err()).isZero();
        return result.out();
    }
}
