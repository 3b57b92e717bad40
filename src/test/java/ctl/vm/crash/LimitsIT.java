package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher under limits of the shell, and on a mount that is lost: each is what it is, in one line, and no damage.
 */
class LimitsIT {

    @TempDir
    private Path folder;

    private Place place;
    private Ctl ctl;

    @BeforeEach
    void createABox() throws IOException {
        place = new Place(folder.resolve("place"));
        Files.createDirectories(place.root());
        Files.createDirectories(place.work());
        ctl = new Ctl(place);
        succeeds("create", "Box", "1M");
        Shell.require("sh", "-c", "head -c 1M /dev/urandom | dd of='%s/Box/disk.s2e' conv=notrunc status=none"
                .formatted(place.vms()));
    }

    @ParameterizedTest
    @CsvSource({
        "-v 500000, list,                             'MiB of memory (ulimit -v), and ctl vm needs 1024: allow more'",
        "-d 300000, create New 1M,                    'MiB of data (ulimit -d), and ctl vm needs 512: allow more'",
        "-n 16,     create New 1M,                    'too many open files; allow more with \"ulimit -n 1024\"'",
        "-f 100,    create New 1M,                    'the file would be larger than is allowed; see \"ulimit -f\"'",
        "-f 100,    reconcile,                        'the file would be larger than is allowed; see \"ulimit -f\"'",
        "-f 100,    delete -y Box,                    'the file would be larger than is allowed; see \"ulimit -f\"'"})
    void limit_isSaidInOneLine_andNothingIsDamaged(String limit, String words, String said) throws IOException {
        Ctl.Run run = under(limit, words.split(" "));

        assertRefused(run, said);
        succeeds("list");
        succeeds("create", "Other", "1M");
        assertThat(ctl.within("verify").exit()).as("no damage").isIn(0, 3);
    }

    /** Whatever the number of files: what is refused is never called a bug, or damage. */
    @ParameterizedTest
    @ValueSource(ints = {9, 11, 13, 15, 17, 19, 21, 23})
    void fewOpenFiles_areNeverDamageNorABug(int files) throws IOException {
        for (String command : List.of("audit", "verify", "create New" + files + " 1M")) {
            Files.deleteIfExists(place.journal().resolve("listing"));
            Ctl.Run run = under("-n " + files, command.split(" "));
            assertThat(run.out() + run.err()).as(run.toString()).doesNotContain("damaged", "rebuild", "a bug in");
        }
    }

    /** In a new root the first command makes the journal. */
    @ParameterizedTest
    @ValueSource(strings = {"-n 16", "-n 20", "-f 100", "-f 500"})
    void limit_whereTheJournalIsMade_isNoDamage(String limit) throws IOException {
        Shell.require("rm", "-rf", place.journal().toString());

        Ctl.Run run = under(limit, "create", "New", "1M");

        assertThat(run.exit()).as(run.toString()).isEqualTo(1);
        assertThat(run.err()).contains("[FAIL]").doesNotContain("damaged", "rebuild", "a bug in", "MiB are needed");
        succeeds("create", "New", "1M");
    }

    /** As much as the launcher asks for is enough for everything. */
    @Test
    void addressSpace_ofWhatTheLauncherAsksFor_isEnough() throws IOException {
        for (String command : List.of("create New 1M", "export Box Box.tar.zst", "import Box.tar.zst Two",
                "export Box Box.tar.gz", "info --whole Box.tar.gz", "verify --deep", "audit")) {
            Ctl.Run run = under("-v 1048576", command.split(" "));
            assertThat(run.exit()).as(run.toString()).isIn(0, 3);
        }
    }

    @Test
    void mountThatIsLost_isSaid_andIsNoDamage() throws Exception {
        Shell.assumeRoot();
        Shell.assumeTool("bindfs");
        Path mounted = Files.createDirectories(folder.resolve("mounted"));
        Process server = Children.start(
                "bindfs", "-f", place.folder().toString(), mounted.toString());
        try {
            Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> Files.exists(mounted.resolve("root")));
            ctl = new Ctl(new Place(mounted));
            server.destroyForcibly().waitFor();

            for (String command : List.of("list", "create New 1M", "delete -y Box")) {
                Ctl.Run run = new Ctl(place).run(List.of("env", "CTL_ROOT=" + mounted.resolve("root")),
                        List.of(command.split(" ")));
                assertRefused(run, "Transport endpoint is not connected; mount it again");
                assertThat(run.err()).contains("its filesystem is gone");
            }
        } finally {
            server.destroyForcibly().waitFor();
            Shell.require("umount", "-l", mounted.toString());
        }
    }

    private Ctl.Run under(String limit, String... arguments) {
        return ctl.run(List.of("bash", "-c", "ulimit " + limit + "; exec \"$@\"", "bash"), List.of(arguments));
    }

    private void assertRefused(Ctl.Run run, String said) throws IOException {
        assertThat(run.exit()).as(run.toString()).isEqualTo(1);
        assertThat(run.out()).as(run.toString()).isEmpty();
        assertThat(run.err().lines()).as(run.toString()).singleElement().asString()
                .startsWith("[FAIL] ").contains(said).doesNotContain("damaged", "rebuild", "a bug in");
        try (Stream<Path> left = Files.list(place.work())) {
            assertThat(left).as("the working folder").isEmpty();
        }
    }

    private void succeeds(String... arguments) {
        Ctl.Run run = ctl.within(arguments);
        assertThat(run.exit()).as(run.toString()).isZero();
    }
}
