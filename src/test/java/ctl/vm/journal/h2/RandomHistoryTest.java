package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.audit.PastInventory;
import ctl.vm.inventory.drift.Change;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.Journal;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
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

    private RandomGenerator random;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void append_randomEvents_agreesWithTheFold(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
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
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var ticking = new Ticking(Samples.NOON);
        var journal = new InMemoryJournal(Samples.ACTOR, ticking);
        Map<Instant, Inventory> recorded = new LinkedHashMap<>();
        for (int event = 0; event < EVENTS; event++) {
            ticking.tick();
            offer(journal, Samples.operation(random.nextInt(4)), event());
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
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var ticking = new Ticking(Samples.NOON);
        Actor[] actor = {Samples.ACTOR};
        var journal = new H2Journal(H2JournalTest.database(Layout.at(root)), () -> actor[0], ticking,
                Duration.ofSeconds(10), _ -> {});
        var twin = new InMemoryJournal(() -> actor[0], ticking);
        for (int writeSession = 0; writeSession < EVENTS / 5; writeSession++) {
            actor[0] = actor();
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
                AuditFilter selection = selection(ticking);
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

    /** Every second one asks for one thing alone. */
    private AuditFilter selection(Ticking ticking) {
        int only = random.nextBoolean() ? random.nextInt(8) : -1;
        Set<AuditEntry.Action> actions = new TreeSet<>();
        while (isAsked(4, only) && actions.size() < 3) {
            actions.add(one(List.of(AuditEntry.Action.values())));
        }
        return new AuditFilter(
                isAsked(0, only) ? Optional.of(one(names)) : Optional.empty(),
                isAsked(1, only) ? Optional.of(one(snapshots)) : Optional.empty(),
                isAsked(2, only) ? Set.of(Samples.operation(random.nextInt(4)), Samples.operation(4)) : Set.of(),
                isAsked(3, only) ? Optional.of(one(List.of("ann", "ben", "nobody"))) : Optional.empty(),
                actions,
                isAsked(5, only),
                isAsked(6, only) ? Optional.of(within(ticking)) : Optional.empty(),
                isAsked(7, only) ? Optional.of(within(ticking)) : Optional.empty(),
                random.nextBoolean(),
                random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(30));
    }

    private boolean isAsked(int filter, int only) {
        return only < 0 ? random.nextInt(3) == 0 : filter == only;
    }

    /** Some time between the first event and the last, to the second: often that of an event. */
    private Instant within(Ticking ticking) {
        return Samples.NOON.plusSeconds(random.nextLong(Duration.between(Samples.NOON, ticking.last).toSeconds()));
    }

    private Actor actor() {
        Actor ann = Samples.ACTOR;
        return new Actor(one(List.of("ann", "ben", "root")), 1000, ann.loginUid(),
                random.nextBoolean() ? Optional.of(one(List.of("ann", "ben"))) : Optional.empty(), ann.host(),
                ann.process(),
                ann.terminal(), ann.workingFolder(), ann.commandLine());
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
        OperationId operation = Samples.operation(random.nextInt(4));
        Event event = event();
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

    private Event event() {
        VmName vm = one(names);
        SnapshotName snapshot = one(snapshots);
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> new Event.OperationStarted(request());
            case 3 -> new Event.VmStaged(vm, images(), random.nextLong());
            case 4, 5 -> new Event.VmArrived(vm, origin(), images());
            case 6 -> new Event.PackageExported(
                    vm, "/tmp/x.tar", images(), new ByteCount(random.nextInt(1000)), Map.of(), Optional.empty(),
                    Optional.of(Samples.DIGEST));
            case 7 -> new Event.VmDeleted(vm);
            case 8 -> new Event.SnapshotDeleted(vm, snapshot);
            case 9 -> new Event.OperationFailed("no space", 1);
            case 10 -> new Event.OperationInterrupted("stopped", 130);
            case 11 -> new Event.OperationAbandoned();
            case 12 -> new Event.CheckpointReached(vm, checkpoint());
            case 13 -> new Event.PackageCheckpointReached(vm, Samples.PACKAGE_CHECKPOINT);
            case 14 -> random.nextBoolean()
                    ? new Event.VmFound(vm, images(), Optional.empty(), Optional.empty(),
                            random.nextBoolean() ? Optional.empty() : Optional.of(former()))
                    : new Event.VmVanished(vm, random.nextBoolean() ? Optional.empty() : Optional.of(former()));
            case 15 -> random.nextBoolean()
                    ? new Event.VmMoved(one(names), vm)
                    : new Event.ImageVanished(vm, ImageName.of(snapshot));
            case 16 -> new Event.ImageChanged(vm, image(ImageName.DISK));
            case 17 -> random.nextBoolean()
                    ? new Event.VmRenamed(one(names), vm)
                    : new Event.TrashPurged(vm, Optional.empty(), Samples.operation(9));
            case 18 -> random.nextBoolean()
                    ? new Event.VmUndeleted(vm, Samples.operation(9), Optional.of(former()), images())
                    : new Event.SnapshotUndeleted(vm, Samples.operation(9), image(ImageName.of(snapshot)));
            default -> new Event.SnapshotFound(vm, image(ImageName.of(snapshot)));
        };
    }

    /** Each came in at a time of its own, as no two VMs came in with one event. */
    private Vm former() {
        Vm sample = Samples.FORMER;
        return new Vm(sample.name(), -1 - random.nextInt(Integer.MAX_VALUE), sample.origin(), sample.arrived(),
                sample.by(),
                sample.images());
    }

    private Checkpoint checkpoint() {
        ImageFacts image = image(random.nextBoolean() ? ImageName.DISK : ImageName.of(one(snapshots)));
        var source = new Checkpoint.Source(image.size(), image.modified(), Samples.NOON, random.nextLong());
        return new Checkpoint(image.name(), new ByteCount(random.nextLong(1L << 50)), source);
    }

    private Request request() {
        VmName vm = one(names);
        return switch (random.nextInt(8)) {
            case 0 -> new Request.Create(vm, ImageSize.parse("1G"), random.nextBoolean());
            case 1 -> new Request.Clone(one(names), vm, CopyOptions.USUAL, random.nextBoolean());
            case 2 -> new Request.Import("/tmp/x.tar", vm, random.nextBoolean(), random.nextBoolean());
            case 3 -> new Request.Export(vm, "/tmp/x.tar", random.nextBoolean(), CompressionLevel.USUAL);
            case 4 -> new Request.DeleteVm(vm);
            case 5 -> new Request.Rename(one(names), vm);
            case 6 -> new Request.UndeleteVm(Samples.operation(9), one(names), vm);
            default -> new Request.DeleteSnapshot(vm, one(snapshots));
        };
    }

    private Origin origin() {
        return switch (random.nextInt(4)) {
            case 0 -> new Origin.Created();
            case 1 -> new Origin.ClonedFrom(one(names));
            case 2 -> new Origin.ImportedFrom("/tmp/x.tar");
            default -> new Origin.Found();
        };
    }

    private List<ImageFacts> images() {
        List<ImageFacts> images = new ArrayList<>();
        images.add(image(ImageName.DISK));
        snapshots.stream().filter(_ -> random.nextBoolean()).map(ImageName::of).map(this::image).forEach(images::add);
        return images;
    }

    private ImageFacts image(ImageName name) {
        return new ImageFacts(name, new ByteCount(random.nextLong(1L << 50)), Samples.NOON.plusNanos(random.nextInt()),
                random.nextBoolean() ? Optional.empty() : Optional.of(new FileId(1, random.nextLong())));
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
