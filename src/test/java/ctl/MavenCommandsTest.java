package ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The Maven commands in pages and in comments of tests name profiles, properties and tests that exist. Running them
 * would take minutes to hours, and Maven does not report a mistyped property.
 */
class MavenCommandsTest {

    private static final Path TESTS = Path.of("src/test/java");

    /** Ends at whatever separates a command in a comment, a table or a shell. */
    private static final Pattern COMMAND = Pattern
            .compile("\\bmvn( (?:-|package|formatter:)[^`#;|\\n]*?)(?=  |[`#;|\\n])");
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");
    private static final Pattern PROPERTY = Pattern.compile("-D([^=]+)(?:=(.*))?");
    private static final Set<String> FLAGS = Set.of("-B", "-q", "-o");
    private static final Set<String> GOALS = Set.of("package", "verify", "test", "test-compile", "formatter:format");

    /** Properties that name a test, those of Surefire and Failsafe. */
    private static final Set<String> CHOOSES_TEST = Set.of("test", "it.test");
    private static final String NO_TEST = "NoSuch";
    private static final Set<String> OF_PLUGINS = Set.of("skipTests", "surefire.failIfNoSpecifiedTests");

    private static final String CAMPAIGN = "-Pcampaign";

    @TestFactory
    Stream<DynamicTest> everyCommand_namesWhatIsThere() throws IOException {
        List<String> commands = Stream.concat(pages(), tests()).flatMap(MavenCommandsTest::shown).distinct().toList();
        assertThat(commands).hasSizeGreaterThan(20).anyMatch(command -> command.contains("-Dfuzz.minutes"));
        return commands.stream().map(command -> DynamicTest.dynamicTest("mvn" + command, () -> require(command)));
    }

    private static Stream<Path> pages() throws IOException {
        return Stream.concat(
                files(Path.of("docs"), ".md").stream(), Stream.of(Path.of("README.md"), Path.of("bench/README.md")));
    }

    private static Stream<Path> tests() throws IOException {
        return files(TESTS, ".java").stream().filter(file -> !file.endsWith("MavenCommandsTest.java"));
    }

    private static Stream<String> shown(Path file) {
        String text = read(file).replaceAll("\\\\\\n *", "");
        return COMMAND.matcher(text).results().map(found -> found.group(1).stripTrailing());
    }

    private static void require(String command) throws IOException {
        List<String> words = WORD.matcher(command).results().map(MatchResult::group).toList();
        for (String word : words) {
            if (word.startsWith("-P")) {
                assertThat(read(Path.of("pom.xml"))).contains("<id>%s</id>".formatted(word.substring(2)));
            } else if (word.startsWith("-D")) {
                requireProperty(word, words.contains(CAMPAIGN));
            } else {
                assertThat(FLAGS.contains(word) || GOALS.contains(word)).as(word).isTrue();
            }
        }
    }

    private static void requireProperty(String word, boolean isCampaign) throws IOException {
        var property = PROPERTY.matcher(word);
        assertThat(property.matches()).isTrue();
        String name = property.group(1);
        if (CHOOSES_TEST.contains(name)) {
            requireTest(property.group(2), isCampaign);
        } else if (!OF_PLUGINS.contains(name)) {
            assertThat(everything()).as(name).containsAnyOf("<%s>".formatted(name), "(\"%s\"".formatted(name));
        }
    }

    private static void requireTest(String name, boolean isCampaign) throws IOException {
        Optional<Path> test = files(TESTS, "/" + name + ".java").stream().findFirst();
        assertThat(test.isPresent() || name.equals(NO_TEST)).as(name).isTrue();
        if (isCampaign) {
            assertThat(read(test.orElseThrow())).as("what only the campaign runs").contains("@Tag(\"campaign\")");
        }
    }

    /** All texts that could read a property. */
    private static String everything() throws IOException {
        return Stream.concat(Stream.of(Path.of("pom.xml")), tests()).map(MavenCommandsTest::read)
                .collect(Collectors.joining());
    }

    private static List<Path> files(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> ("/" + file).endsWith(end)).sorted().toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
