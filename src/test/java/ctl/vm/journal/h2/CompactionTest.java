package ctl.vm.journal.h2;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.READY_IMAGE;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.listing.ListingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal into which so much has been written that its database takes more than it needs. */
final class CompactionTest {

    private static final int EVENTS = 800;
    private static final long COMPACT_BYTES = 3 << 20;

    @TempDir
    private Path root;

    private Layout layout;
    private H2Journal journal;

    @BeforeEach
    void makeJournal() {
        layout = Layout.at(root);
        journal = H2JournalTest.open(layout);
        journal.append(operation(1), found("MyBox"));
    }

    @Test
    void writeSession_leavesMuchUnused_isFollowedByACompaction() throws IOException {
        long[] grown = {0};
        journal.writeSession(() -> {
            appendMuch();
            grown[0] = layout.databaseFile().toFile().length();
            return journal;
        });

        assertThat(grown[0]).isGreaterThan(4 * COMPACT_BYTES);
        assertThat(Files.size(layout.databaseFile())).isLessThan(COMPACT_BYTES);
        assertThat(layout.newDatabaseFile()).doesNotExist();
        assertThat(new ListingFile(H2JournalTest.folder(layout)).current()).isPresent();
        List<Recorded> events = JournalContract.read(H2JournalTest.open(layout), 1);
        assertThat(events).hasSize(EVENTS + 1);
        assertThat(journal.append(operation(1), found("Two")).previous()).isEqualTo(events.getLast().hash());
    }

    @Test
    void writeSession_compactionIsImpossible_isDoneAllTheSame() throws IOException {
        Files.createDirectories(layout.newDatabaseFile().resolve("in the way"));
        journal.writeSession(() -> {
            appendMuch();
            return journal;
        });

        assertThat(Files.size(layout.databaseFile())).isGreaterThan(COMPACT_BYTES);
        assertThat(JournalContract.read(H2JournalTest.open(layout), 1)).hasSize(EVENTS + 1);
    }

    private void appendMuch() {
        for (int event = 0; event < EVENTS; event++) {
            journal.append(operation(1), new Event.SnapshotFound(BOX, READY_IMAGE));
        }
    }
}
