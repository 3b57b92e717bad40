package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal that the program of November 2026 wrote, before its packages and tables got the names that they have now:
 * 56 events of all kinds, and an import that was killed. {@code audit.csv} is what that program printed about it.
 */
final class EarlierJournalTest {

    private static final String RESOURCES = "/journals/2026-11/";
    /** Columns of audit.csv that every later program has as well. */
    private static final List<String> COLUMNS = List.of(
            "sequence", "time", "action", "on", "outcome", "reason", "took_millis", "operation", "command_line");

    @TempDir
    private Path folder;

    private InProcess program;
    private Layout layout;

    @BeforeEach
    void putTheJournalIntoARoot() throws IOException {
        program = new InProcess(folder);
        layout = Layout.at(program.vms().getParent());
        Files.createDirectories(layout.journal());
        unpack("events.jsonl", layout.mirror());
        unpack("listing", layout.journal().resolve("listing"));
        try (InputStream packed = resource("journal.mv.db.gz")) {
            Files.write(database(), new GZIPInputStream(packed).readAllBytes());
        }
    }

    @Test
    void audit_tellsWhatTheProgramOfThenTold() throws IOException {
        assertThat(table(program.succeeds("audit", "--csv").out())).isEqualTo(approved());
    }

    @Test
    void verification_findsNothingWrong_beforeAndAfterTheTablesAreMigrated() {
        assertThat(Verification
                .run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(), ProgressListener.NONE).errors())
                .isEmpty();

        program.succeeds("create", "New", "1M");

        assertThat(Verification
                .run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(), ProgressListener.NONE).errors())
                .isEmpty();
    }

    @Test
    void interruptedImport_isStillKnownAndCanBeAbandoned() {
        assertThat(program.succeeds("operations").out()).contains("20261129-161847-6puf", "to Big");

        program.succeeds("abandon", "20261129-161847-6puf");

        assertThat(program.succeeds("operations").out()).doesNotContain("20261129-161847-6puf");
    }

    @Test
    void inventoryOfThen_isFoldedFromTheEvents() {
        assertThat(program.succeeds("list", "--at", "2026-11-29T16:18:45.9Z").out().lines()
                .filter(line -> !line.startsWith(" ")))
                .containsExactly("MyBox", "Four", "Troi", "Ünïcode", "Pipe", "Cut", "ByHand");
    }

    @Test
    void databaseLost_isRebuiltFromTheMirrorWithTheSameAudit() throws IOException {
        Files.delete(database());

        // Programs of that time wrote nothing beside the two files that would show that the mirror is whole.
        assertThat(program.ctl("reconcile", "--rebuild").err()).contains("may be lost", "--accept-loss");
        // The rebuild comes first; then reconcile tries to go on with the import, whose file is gone.
        assertThat(program.ctl("reconcile", "--rebuild", "--accept-loss").exit()).isEqualTo(1);
        assertThat(database()).exists();

        List<List<String>> kept = table(program.succeeds("audit", "--csv").out());
        List<List<String>> all = approved();
        assertThat(kept).as("all but the import, which was tried again").containsAll(all.subList(1, all.size()));
    }

    private Path database() {
        return layout.journal().resolve("journal.mv.db");
    }

    private List<List<String>> approved() throws IOException {
        try (InputStream text = resource("audit.csv")) {
            return table(new String(text.readAllBytes(), UTF_8));
        }
    }

    /** The columns that count, of lines without commas in quotes. */
    private static List<List<String>> table(String csv) {
        List<String> lines = csv.lines().toList();
        List<String> names = List.of(lines.getFirst().split(","));
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",", -1);
            rows.add(COLUMNS.stream().map(name -> fields[names.indexOf(name)]).toList());
        }
        return rows;
    }

    private static void unpack(String name, Path target) throws IOException {
        try (InputStream bytes = resource(name)) {
            Files.copy(bytes, target);
        }
    }

    private static InputStream resource(String name) {
        return EarlierJournalTest.class.getResourceAsStream(RESOURCES + name);
    }
}
