package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.repair.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Journals that the program wrote with other versions of H2: an update of H2 must lock nobody out.
 *
 * <p>How one is made, with {@code H2} the jar of that version and {@code OTHERS} our other jars:
 *
 * <pre>
 * ctl() { CTL_ROOT=root java --enable-native-access=ALL-UNNAMED -cp target/classes:OTHERS:H2 ctl.Main vm "$@"; }
 * ctl create MyBox 1M; ctl create Old 1M; ctl clone MyBox Two; ctl rename Old Older; ctl delete -y Two
 * java -cp H2 org.h2.mvstore.MVStoreTool -compact root/journal/journal.mv.db
 * </pre>
 */
class H2VersionsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"2.3.232", "2.4.240"})
    void journal_ofAnotherVersion_isReadAndGoneOnWith(String version) throws IOException {
        InProcess program = new InProcess(folder);
        Layout layout = Layout.at(program.vms().getParent());
        Files.createDirectories(layout.journal());
        unpack(version, "journal.mv.db", layout.databaseFile());
        unpack(version, "events.jsonl", layout.mirror());

        assertThat(program.succeeds("audit", "--csv").out().lines()).hasSize(1 + 5);
        assertThat(Verification.run(
                H2JournalTest.database(layout), Duration.ZERO, Optional.empty(), ProgressListener.NONE).errors())
                .isEmpty();
        program.succeeds("create", "Newer", "1M");
        assertThat(program.succeeds("audit", "--csv").out()).contains("Newer");
        assertThat(Verification.run(
                H2JournalTest.database(layout), Duration.ZERO, Optional.empty(), ProgressListener.NONE).errors())
                .isEmpty();
    }

    private static void unpack(String version, String name, Path file) throws IOException {
        try (InputStream resource = H2VersionsTest.class.getResourceAsStream("/journals/h2-" + version + "/" + name)) {
            Files.copy(resource, file);
        }
    }
}
