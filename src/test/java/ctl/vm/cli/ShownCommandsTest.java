package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.console.Terminal;
import ctl.vm.operation.StopRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The commands in the text and the tables of the pages, and the examples of the help, are valid: with a root that does
 * not exist, each fails for that reason and for no other. {@link DocumentsIT} runs the transcripts.
 */
class ShownCommandsTest {

    private static final Pattern SHOWN = Pattern.compile("`([^`\n]*\\bctl vm [^`\n]+)`");
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^  (ctl vm .*?)(?:   .*)?$");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
    private static final String NO_SUCH_ROOT = "/no-such-root";

    /** Values for the placeholders. */
    private static final Map<String, String> MEANT = Map.of(
            "TIME", "yesterday",
            "SEAL", "ctl-seal-1:1:" + "0".repeat(64),
            "ID", "20261123-120501-k7qx",
            "KEY", "trash-keep",
            "VALUE", "7d");

    private static final int USAGE = 2;

    /** Parts of the messages about a command that is only mentioned, and about one that needs a team's server. */
    private static final List<String> UNDERSTOOD = List.of(
            " is missing; see ", "has joined no team", "nothing says where the team's server is");

    @TestFactory
    Stream<DynamicTest> everyCommand_isUnderstood() throws IOException {
        return pages().stream().flatMap(ShownCommandsTest::shown).distinct()
                .map(line -> DynamicTest.dynamicTest(line, () -> requireUnderstood(line)));
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> documents = Files.walk(Path.of("docs"))) {
            return Stream.concat(documents, Stream.of(Path.of("README.md")))
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static Stream<String> shown(Path page) {
        try {
            String text = Files.readString(page);
            Stream<MatchResult> examples = page.endsWith("reference.md")
                    ? EXAMPLE.matcher(text).results()
                    : Stream.empty();
            return Stream.concat(SHOWN.matcher(text).results(), examples)
                    .map(found -> found.group(1))
                    .filter(line -> !line.contains("…") && !line.contains("COMMAND"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Checks each command of ours in a pipe or a list. */
    private static void requireUnderstood(String line) {
        for (String part : line.replaceAll("\\$\\([^)]*\\)", "SEAL").replace("\\|", "|")
                .split("\\||&&|;|<\\(|\\)| >|'(?=ctl vm)")) {
            int start = part.indexOf("ctl vm ");
            if (start >= 0) {
                understand(WORD.matcher(part.substring(start + "ctl ".length())).results().map(ShownCommandsTest::word)
                        .toList());
            }
        }
    }

    private static String word(MatchResult found) {
        for (int group = 1; group <= 3; group++) {
            if (found.group(group) != null) {
                return MEANT.getOrDefault(found.group(group), found.group(group));
            }
        }
        throw new IllegalStateException(found.group());
    }

    private static void understand(List<String> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, UTF_8);
        int exit = new ctl.Program(
                new ctl.Program.ProcessEnvironment(
                        Map.of("CTL_ROOT", NO_SUCH_ROOT), Path.of("/"), Terminal.NONE, InputStream.nullInputStream(),
                        stream,
                        stream),
                new StopRequest()).run(words.toArray(String[]::new));
        assertThat(exit).as("%s%n%s", words, out.toString(UTF_8)).satisfiesAnyOf(
                code -> assertThat(code).isNotEqualTo(USAGE),
                _ -> assertThat(out.toString(UTF_8)).containsAnyOf(UNDERSTOOD.toArray(String[]::new)));
    }
}
