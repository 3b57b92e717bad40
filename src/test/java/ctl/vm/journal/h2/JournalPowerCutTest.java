package ctl.vm.journal.h2;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.DiskFile;
import ctl.vm.durable.PowerLost;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.journal.repair.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Loses power at every file act of the journal. After each: the journal opens and holds every event that was
 * acknowledged, in both files, and goes on from there.
 */
final class JournalPowerCutTest {

    /** Ways in which a disk may forget what was not synced. */
    private static final int SEEDS = 2;

    /** A database of this size with so few events is due for a compaction. */
    private static final int MUCH_BYTES = 10 << 20;

    @TempDir
    private Path root;

    private Layout layout;
    private DiskBesideH2 start;
    private final List<Recorded> acknowledged = new ArrayList<>();

    @BeforeEach
    void prepare() {
        layout = Layout.at(root);
        start = new DiskBesideH2(layout);
    }

    @Test
    void firstEvent_losingPowerAnywhere_isThereIfItWasAcknowledged() throws IOException {
        losePowerEverywhere(database -> append(database, "MyBox"), this::assertJournalGoesOn);
    }

    @Test
    void event_losingPowerAnywhere_isThereIfItWasAcknowledged() throws IOException {
        append(database(start), "MyBox");
        append(database(start), "Two");
        losePowerEverywhere(database -> append(database, "Three"), this::assertJournalGoesOn);
    }

    @Test
    void event_afterTheListingWasLost_losingPowerAnywhere_isThereIfItWasAcknowledged() throws IOException {
        append(database(start), "MyBox");
        start.disk().remove(layout.listing());
        losePowerEverywhere(database -> append(database, "Two"), this::assertJournalGoesOn);
    }

    @Test
    void compaction_losingPowerAnywhere_losesNothing() throws IOException {
        Path inTheWay = layout.newDatabaseFile().resolve("in the way");
        append(database(start), "MyBox");
        start.forgetful().folder(inTheWay.toString());
        H2Journal journal = journal(database(start));
        journal.writeSession(() -> {
            while (layout.databaseFile().toFile().length() < MUCH_BYTES) {
                acknowledged.add(journal.append(operation(1), found("Box" + acknowledged.size())));
            }
            return journal;
        });
        start.disk().remove(inTheWay);
        start.disk().remove(layout.newDatabaseFile());
        start.forgetful().settle();

        losePowerEverywhere(database -> append(database, "Last"), this::assertJournalGoesOn);
        assertThat(layout.databaseFile()).satisfies(file -> assertThat(file.toFile().length()).isLessThan(MUCH_BYTES));
    }

    @Test
    void rebuildOfTheMirror_losingPowerAnywhere_isFinishedByTheNextOne() throws IOException {
        append(database(start), "MyBox");
        append(database(start), "Two");
        String mirror = layout.mirror().toString();
        byte[] damaged = start.forgetful().read(mirror);
        damaged[100]++;
        start.forgetful().write(mirror, damaged);

        losePowerEverywhere(this::rebuild, (fate, disk) -> {
            rebuild(database(disk));
            assertBackup(fate, disk, layout.mirror(), damaged);
            assertJournalGoesOn(fate, disk);
        });
    }

    @Test
    void rebuildOfTheDatabase_losingPowerAnywhere_isFinishedByTheNextOne() throws IOException {
        append(database(start), "MyBox");
        append(database(start), "Two");
        // Without the head or the listing nothing shows that the mirror has all events.
        start.forgetful().settle();
        byte[] damaged = "hello".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        Files.write(layout.databaseFile(), damaged);

        losePowerEverywhere(this::rebuild, (fate, disk) -> {
            rebuild(database(disk));
            assertBackup(fate, disk, layout.databaseFile(), damaged);
            assertJournalGoesOn(fate, disk);
        });
    }

    private interface Aftermath {
        void check(String fate, DiskBesideH2 disk) throws IOException;
    }

    private void losePowerEverywhere(Consumer<Database> work, Aftermath aftermath) throws IOException {
        List<Recorded> before = List.copyOf(acknowledged);
        DiskBesideH2 goal = start.copy();
        work.accept(database(goal));
        int acts = goal.forgetful().acts();
        for (int at = 1; at <= acts + 1; at++) {
            // Other ways to lose what was not synced at each act.
            for (long seed = (long) at * SEEDS; seed < (long) (at + 1) * SEEDS; seed++) {
                acknowledged.clear();
                acknowledged.addAll(before);
                DiskBesideH2 disk = start.copy();
                disk.forgetful().losePowerAt(at);
                try {
                    work.accept(database(disk));
                } catch (PowerLost expected) {
                    // The machine is off.
                }
                disk.restart(seed);
                aftermath.check("at=%d of %d seed=%d%n%s".formatted(at, acts, seed, disk.forgetful().tree()), disk);
            }
        }
    }

    private void assertJournalGoesOn(String fate, DiskBesideH2 disk) {
        Database database = database(disk);
        H2Journal journal = journal(database);
        assertThat(journal.latest().trouble()).as(fate).isEmpty();
        List<Recorded> events = JournalContract.read(journal, 1);
        assertThat(events).as(fate).hasSizeBetween(acknowledged.size(), acknowledged.size() + 1);
        assertThat(events.subList(0, acknowledged.size())).as(fate).isEqualTo(acknowledged);
        assertThat(journal.inventory().vms()).as(fate).hasSize(events.size());
        assertThat(journal.append(operation(1), found("Next")).sequence()).as(fate).isEqualTo(events.size() + 1);
        assertThat(Verification.run(database, Duration.ZERO, Optional.empty(), ProgressListener.NONE).errors()).as(fate)
                .isEmpty();
    }

    private static void assertBackup(String fate, DiskBesideH2 disk, Path file, byte[] content) throws IOException {
        List<Path> backups = disk.disk().list(file.getParent()).stream()
                .filter(path -> path.toString().startsWith(file + ".broken-"))
                .toList();
        assertThat(backups).as(fate).hasSize(1);
        try (DiskFile backup = disk.disk().open(backups.getFirst())) {
            assertThat(backup.read(new DiskFile.Extent(0, backup.size())).array()).as(fate).isEqualTo(content);
        }
    }

    private void append(Database database, String vm) {
        acknowledged.add(journal(database).append(operation(1), found(vm)));
    }

    private void rebuild(Database database) {
        Rebuild.Result result = Rebuild.run(database, Samples.CLOCK, Duration.ZERO, false, ProgressListener.NONE);
        assertThat(result.events()).isEqualTo(acknowledged.size());
        assertThat(result.loss()).isEmpty();
    }

    private Database database(DiskBesideH2 disk) {
        return new Database(new JournalFolder(layout, disk.disk()));
    }

    private static H2Journal journal(Database database) {
        return new H2Journal(database, () -> Samples.ACTOR, Samples.CLOCK, Duration.ZERO, _ -> {});
    }
}
