package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.audit.PastInventory;
import ctl.vm.inventory.drift.Change;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.Journal;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.RandomEvents;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.repair.Rebuild;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Offers random events, possible and impossible ones, to the journal and to its twin in memory. Both must agree on
 * each, and the tables must at any time hold what the fold of everything gives, although an append looks only at a
 * part.
 */
final class RandomHistoryTest {

    private static final int EVENTS = 300;

    private final List<VmName> names = List.of(new VmName("A"), new VmName("B"), new VmName("Ö C"));
    private final List<SnapshotName> snapshots = List.of(new SnapshotName("ready"), new SnapshotName("ö.1"));

    @TempDir
    private Path root;

    private RandomEvents random;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void append_randomEvents_agreesWithTheFold(long seed) {
        random = new RandomEvents(seed, names, snapshots);
        var journal = H2JournalTest.open(Layout.at(root));
        var twin = new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);

        for (int writeSession = 0; writeSession < 10; writeSession++) {
            journal.writeSession(() -> {
                for (int event = 0; event < EVENTS / 10; event++) {
                    offerToBoth(journal, twin);
                }
                return null;
            });
            assertThat(journal.inventory()).isEqualTo(twin.inventory());
        }

        assertThat(JournalContract.read(journal, 1)).isEqualTo(JournalContract.read(twin, 1));
        assertThat(Rebuild.run(H2JournalTest.database(Layout.at(root)), Samples.CLOCK, Duration.ZERO, false,
                ProgressListener.NONE).done())
                .isEmpty();
        assertThat(fold(JournalContract.read(journal, 1))).isEqualTo(twin.inventory());
    }

    /**
     * Whatever was recorded at an event is what folding up to its time gives, and no other file than the journal tells
     * it.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void inventoryAtATime_isTheOneThatWasRecordedThen(long seed) {
        random = new RandomEvents(seed, names, snapshots);
        var ticking = new Ticking(Samples.NOON);
        var journal = new InMemoryJournal(Samples.ACTOR, ticking);
        Map<Instant, Inventory> recorded = new LinkedHashMap<>();
        for (int event = 0; event < EVENTS; event++) {
            ticking.tick();
            offer(journal, random.operation(), random.event());
            recorded.put(ticking.last, journal.inventory());
        }
        Inventory end = journal.inventory();
        recorded.forEach((time, inventory) -> {
            var then = PastInventory.at(time);
            journal.events(1, then::next);
            assertThat(then.then()).as("at %s", time).isEqualTo(inventory);
            assertThat(then.now()).isEqualTo(end);
            assertThat(Change.between(then.then(), then.then())).isEmpty();
        });
    }

    /**
     * Each filter alone and all of them together: the database finds along its indexes what the twin finds by looking
     * at all.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23})
    void entries_ofRandomSelections_areThoseOfTheTwin(long seed) {
        random = new RandomEvents(seed, names, snapshots);
        var ticking = new Ticking(Samples.NOON);
        Actor[] actor = {Samples.ACTOR};
        var journal = new H2Journal(H2JournalTest.database(Layout.at(root)), () -> actor[0], ticking,
                Duration.ofSeconds(10), _ -> {});
        var twin = new InMemoryJournal(() -> actor[0], ticking);
        for (int writeSession = 0; writeSession < EVENTS / 5; writeSession++) {
            actor[0] = random.actor();
            journal.writeSession(() -> {
                for (int event = 0; event < 10; event++) {
                    ticking.tick();
                    offerToBoth(journal, twin);
                }
                return null;
            });
        }
        assertThat(entries(twin, AuditFilter.ALL)).hasSizeGreaterThan(EVENTS / 3);

        journal.writeSession(() -> {
            for (int question = 0; question < 300; question++) {
                AuditFilter selection = random.selection(ticking.last);
                assertThat(entries(journal, selection)).as("%s", selection).isEqualTo(entries(twin, selection));
            }
            return null;
        });
    }

    private static List<AuditEntry> entries(Journal journal, AuditFilter selection) {
        List<AuditEntry> entries = new ArrayList<>();
        journal.entries(selection, entries::add);
        return entries;
    }

    /** A clock that goes on by a second when it is told to. */
    private static final class Ticking extends Clock {
        private Instant last;

        Ticking(Instant start) {
            this.last = start;
        }

        void tick() {
            last = last.plusSeconds(1);
        }

        @Override
        public Instant instant() {
            return last;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private void offerToBoth(Journal journal, Journal twin) {
        OperationId operation = random.operation();
        Event event = random.event();
        assertThat(offer(journal, operation, event)).isEqualTo(offer(twin, operation, event));
    }

    private static Optional<Recorded> offer(Journal journal, OperationId operation, Event event) {
        try {
            return Optional.of(journal.append(operation, event));
        } catch (ImpossibleEvent impossible) {
            return Optional.empty();
        }
    }

    private static Inventory fold(List<Recorded> events) {
        Inventory inventory = Inventory.EMPTY;
        for (Recorded recorded : events) {
            inventory = inventory.after(recorded);
        }
        return inventory;
    }
}
