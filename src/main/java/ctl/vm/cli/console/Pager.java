package ctl.vm.cli.console;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The program that shows results that are longer than the window, a screen at a time.
 *
 * @param command a line of shell; what it shows comes to its standard input
 * @param environment of the program, with defaults for pagers
 */
public record Pager(String command, Map<String, String> environment) {

    /** With which statuses a shell exits when the command does not exist or cannot be run. */
    private static final List<Integer> NOT_FOUND = List.of(126, 127);

    /** The default. Where it is not installed, results are not paged, without a message. */
    private static final String USUAL = "command -v less >/dev/null || exit 127; exec less";

    /** For less: leave at once where all fits, keep colours, leave the text on the screen. For lv: keep colours. */
    private static final Map<String, String> DEFAULTS = Map.of("LESS", "FRX", "LV", "-c");

    private static final String NONE = "cat";

    /**
     * The one place where it is chosen: {@code $CTL_PAGER}, else {@code $PAGER}, else the root's settings, else
     * {@code less}. There is none where the first of them that is set is empty or {@code cat}.
     *
     * @param configured what the settings of the root say; asked where the environment names none
     */
    static Optional<Pager> of(Map<String, String> environment, Supplier<Optional<String>> configured) {
        String chosen = Optional.ofNullable(environment.get("CTL_PAGER"))
                .or(() -> Optional.ofNullable(environment.get("PAGER")))
                .or(configured)
                .map(String::strip)
                .orElse(USUAL);
        return chosen.isEmpty() || chosen.equals(NONE)
                ? Optional.empty()
                : Optional.of(new Pager(chosen, environment));
    }

    /** Starts it on the terminal of this program. */
    Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(environment);
        DEFAULTS.forEach(builder.environment()::putIfAbsent);
        return builder.start();
    }

    /** Whether a pager that has ended was never there. */
    static boolean isMissing(int exitCode) {
        return NOT_FOUND.contains(exitCode);
    }
}
