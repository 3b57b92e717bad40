package ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import ctl.vm.journal.h2.MadeJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands and the rows in {@code bench/README.md} exist. Nothing is measured here. */
class BenchPageTest {

    private static final Path PAGE = Path.of("bench/README.md");
    private static final Pattern COMMAND = Pattern.compile("(?m)^    bench/run(.*?) *(?:#.*)?$");
    private static final Pattern OPTION = Pattern.compile("`(--[^`]+)`(?= *\\.)");
    private static final Pattern NAMES = Pattern.compile("(?m)^\\| (`[^|]+) \\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern JOURNAL = Pattern
            .compile("(?m)^    java -cp \\S+ ctl\\.vm\\.journal\\.h2\\.MadeJournal ROOT \\d+ (\\d+)$");

    @TempDir
    Path folder;

    @Test
    void commands_areUnderstood() throws Exception {
        assertThat(shown(COMMAND)).hasSizeGreaterThan(3);
        for (String arguments : Stream.concat(shown(COMMAND).stream(), shown(OPTION).stream()).toList()) {
            assertThat(rows(arguments)).isNotEmpty();
        }
    }

    /** The table names only the first of the rows that list many VMs, "and so on". */
    @Test
    void table_namesEveryRow_andNothingElse() throws Exception {
        List<String> named = new ArrayList<>();
        for (String cell : shown(NAMES)) {
            NAME.matcher(cell).results().map(found -> found.group(1)).forEach(name -> named
                    .add(name.startsWith("-") ? named.getLast().replaceFirst("-[^-]*$", "") + name : name));
        }
        named.addAll(List.of("list-1000", "list-10000"));

        assertThat(rows("")).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void longJournal_isMadeAsThePageSays() throws Exception {
        String vms = shown(JOURNAL).getFirst();
        MadeJournal.main(new String[] {folder.toString(), "100", vms});

        assertThat(folder.resolve("vm")).isDirectory();
        assertThat(folder.resolve("journal")).isNotEmptyDirectory();
    }

    private static List<String> shown(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)).toList();
    }

    /** The names of the rows that the bench would measure. */
    private static List<String> rows(String arguments) throws IOException, InterruptedException {
        assumeTrue(Children.start("/bin/sh", "-c", "type python3 >/dev/null").waitFor() == 0,
                "python3 is not installed");
        Process bench = Children.start("/bin/sh", "-c", "bench/run --dry-run " + arguments);
        String said = new String(bench.getInputStream().readAllBytes(), UTF_8);
        assertThat(bench.waitFor()).as("bench/run %s%n%s", arguments, said).isZero();
        return said.lines().toList();
    }
}
