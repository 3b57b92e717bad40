package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A page of the documentation as a transcript: each line of a block that begins with {@code "$ "} is a command, and the
 * lines below it are its output. What stands in a block before its first command is no output. One shell runs all
 * commands of a page, in order.
 *
 * <p>Commands that prepare the transcript are in comments of the page, which its readers do not see:
 *
 * <pre>
 * {@literal <!--}
 * $ ctl vm create MyBox 1M
 * -->
 * </pre>
 *
 * <p>Times, time zones, hashes and durations of a page match any others, and a run of blanks matches any other.
 * {@code ada} and {@code /home/ada} mean the user who runs the test, and the home folder, {@code db.example.org} this
 * machine. {@code …} matches any part of a line, and alone in a line any number of lines.
 */
final class Page {

    private static final String FENCE = "```";
    private static final String PROMPT = "$ ";
    private static final String MARK = "----- next command";
    private static final String ANYTHING = "…";
    private static final Pattern ANSWER = Pattern.compile(".*\\? \\[y/N] (.+)");
    private static final Map<String, String> VARYING = Map.of(
            "\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d)?([.]\\d+)?", "(time)",
            "\\bTIME \\([^)]+\\)", "TIME (zone)",
            "\\b[0-9a-f]{64}\\b", "(hash)",
            "\\b\\d+\\.\\d s\\b|\\b\\d+ ms\\b", "(duration)",
            " +", " ");

    private final List<Typed> commands;
    private final String user;
    private final Path home;

    /** @param hidden whether it only prepares the transcript */
    private record Typed(String command, List<String> shown, boolean hidden) {

        boolean goesOn() {
            return command.endsWith("\\") && shown.isEmpty();
        }

        Typed and(String line) {
            return new Typed(command + "\n" + line, shown, hidden);
        }
    }

    private Page(List<Typed> commands, String user, Path home) {
        this.commands = commands;
        this.user = user;
        this.home = home;
    }

    /**
     * Reads a page.
     *
     * @param user the user who runs the commands
     * @param home the home folder of this user, where the first command runs
     */
    static Page of(Path file, String user, Path home) throws IOException {
        List<Typed> commands = new ArrayList<>();
        String end = "";
        int before = 0;
        for (String line : Files.readAllLines(file)) {
            boolean outside = end.isEmpty();
            if (outside && (line.startsWith(FENCE) || line.equals("<!--"))) {
                end = line.startsWith(FENCE) ? FENCE : "-->";
                before = commands.size();
            } else if (line.equals(end)) {
                end = "";
            } else if (!outside && line.startsWith(PROMPT)) {
                commands.add(new Typed(line.substring(PROMPT.length()), new ArrayList<>(), !end.equals(FENCE)));
            } else if (!outside && commands.size() > before && commands.getLast().goesOn()) {
                commands.add(commands.removeLast().and(line));
            } else if (!outside && commands.size() > before) {
                commands.getLast().shown().add(line);
            }
        }
        return new Page(commands, user, home);
    }

    /** Whether the page shows commands. */
    boolean hasCommands() {
        return commands.stream().anyMatch(typed -> !typed.hidden());
    }

    /** The script for a shell. A hidden command must succeed, and its output is not shown. */
    String script() {
        StringBuilder script = new StringBuilder(
                "mark() { local code=$?; echo '%s'; return $code; }%ncd ~%n".formatted(MARK));
        for (Typed typed : commands) {
            String command = own(typed.command());
            script.append(typed.hidden()
                    ? "{ %s\n} >~/.hidden 2>&1 || { cat ~/.hidden; exit 1; }\n".formatted(command)
                    : "mark\n%s%s\n".formatted(command, answer(typed)));
        }
        return script.toString();
    }

    /** The answer to a question, as the page shows it. */
    private static String answer(Typed typed) {
        var question = ANSWER.matcher(typed.shown().isEmpty() ? "" : typed.shown().getFirst());
        return question.matches() ? " <<<" + question.group(1) : "";
    }

    /** Compares the output of the shell with the page. */
    void requireShown(String printed) {
        List<Typed> shown = commands.stream().filter(typed -> !typed.hidden()).toList();
        String[] parts = printed.split(Pattern.quote(MARK) + "\n", -1);
        assertThat(parts).as(printed).hasSize(shown.size() + 1);
        assertThat(parts[0]).as("what prepares the page").isEmpty();
        for (int number = 0; number < shown.size(); number++) {
            Typed typed = shown.get(number);
            String wanted = own(String.join("\n", typed.shown()));
            assertThat(usual(parts[number + 1]).stripTrailing())
                    .as("$ %s%n%s", typed.command(), parts[number + 1])
                    .matches(pattern(usual(wanted).stripTrailing()));
        }
    }

    private String own(String text) {
        return text.replace("/home/ada", home.toString()).replaceAll("\\bada\\b", user)
                .replace("db.example.org", "127.0.0.1");
    }

    private static String usual(String text) {
        String usual = text.replace("\r\n", "\n");
        for (Map.Entry<String, String> varying : VARYING.entrySet()) {
            usual = usual.replaceAll(varying.getKey(), varying.getValue());
        }
        return usual;
    }

    private static Pattern pattern(String shown) {
        String lines = Arrays.stream(shown.split("\n", -1))
                .map(line -> line.equals(ANYTHING) ? "(?s:.*)" : pieces(line))
                .reduce((above, below) -> above + "\n" + below)
                .orElseThrow();
        return Pattern.compile(lines);
    }

    private static String pieces(String line) {
        return String.join(".*", Arrays.stream(line.split(ANYTHING, -1)).map(Pattern::quote).toList());
    }
}
