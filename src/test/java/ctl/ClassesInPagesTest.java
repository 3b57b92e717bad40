package ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The classes and methods that pages name, as {@code `Name`} or {@code `Name.method`}, exist. */
class ClassesInPagesTest {

    private static final Pattern FENCED = Pattern.compile("(?s)```.*?```");
    private static final Pattern NAMED = Pattern
            .compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\\.([A-Za-z_]\\w*))?(?:\\([^`]*\\))?`");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|record|interface|enum) +([A-Z]\\w*)");

    /** Examples of VMs, classes of the JDK, and options of the JVM. */
    private static final Set<String> NOT_OURS = Set.of("MyBox", "BigDecimal", "DataOutput", "ArchiveRelocationMode");

    @Test
    void namedClassesAndMethods_exist() throws IOException {
        Map<String, String> classes = classes();
        for (Path page : pages()) {
            assertThat(missing(Files.readString(page), classes)).as(page.toString()).isEmpty();
        }
    }

    @Test
    void namesOfNothing_areFound() {
        Map<String, String> classes = Map.of("Disk", "interface Disk { void sync(); }");

        assertThat(missing(
                "`Disk` syncs (`Disk.sync()`), `MyBox` is a VM, `VM` is no class; `Disc` and `Disk.write` are wrong",
                classes))
                .containsExactly("Disc", "Disk.write");
    }

    private static List<String> missing(String page, Map<String, String> classes) {
        return NAMED.matcher(FENCED.matcher(page).replaceAll("")).results()
                .filter(named -> !NOT_OURS.contains(named.group(1)) && !exists(named, classes))
                .map(named -> named.group(2) == null ? named.group(1) : named.group(1) + "." + named.group(2))
                .distinct()
                .toList();
    }

    private static boolean exists(MatchResult named, Map<String, String> classes) {
        String source = classes.getOrDefault(named.group(1), "");
        return named.group(2) == null
                ? classes.containsKey(named.group(1))
                : Pattern.compile("\\b%s\\b".formatted(named.group(2))).matcher(source).find();
    }

    /** Each class by its simple name, with the source that declares it. */
    private static Map<String, String> classes() throws IOException {
        Map<String, String> classes = new TreeMap<>();
        for (String folder : List.of("src/main/java", "src/test/java", "src/build")) {
            for (Path file : files(Path.of(folder), ".java")) {
                String source = read(file);
                DECLARED.matcher(source).results().forEach(declared -> classes.putIfAbsent(declared.group(1), source));
            }
        }
        return classes;
    }

    private static List<Path> pages() throws IOException {
        return Stream.concat(
                files(Path.of("docs"), ".md").stream(),
                Stream.of("README.md", "bench/README.md", "journal/README.md").map(Path::of)).toList();
    }

    private static List<Path> files(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
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
