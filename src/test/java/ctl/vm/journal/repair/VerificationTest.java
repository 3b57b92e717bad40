package ctl.vm.journal.repair;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.DISK;
import static ctl.vm.journal.json.Samples.READY_IMAGE;
import static ctl.vm.journal.json.Samples.TWO;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static ctl.vm.journal.json.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.drift.IntegrityError.Kind;
import ctl.vm.inventory.drift.IntegrityError.Place;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.json.HashedLine;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.sql.EventTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal with six events that somebody tampers with, behind the program's back, in every way and in each file. */
final class VerificationTest {

    private static final int EVENTS = 6;

    @TempDir
    private Path root;

    private Layout layout;

    @BeforeEach
    void appendSixEvents() {
        layout = Layout.at(root);
        Journal journal = H2JournalTest.open(layout);
        var images = List.of(DISK, READY_IMAGE);
        journal.writeSession(() -> {
            journal.append(operation(1), new Event.VmFound(BOX, images));
            journal.append(operation(1), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false)));
            journal.append(operation(1), new Event.VmStaged(TWO, images, 99));
            journal.append(operation(1), new Event.VmArrived(TWO, new Origin.ClonedFrom(BOX), images));
            journal.append(operation(2), new Event.ImageVanished(TWO, READY_IMAGE.name()));
            return journal.append(operation(3), found("Three"));
        });
    }

    static List<Integer> events() {
        return Stream.iterate(1, number -> number + 1).limit(EVENTS).toList();
    }

    static List<Integer> eventsWithANext() {
        return events().subList(0, EVENTS - 1);
    }

    @Test
    void journal_asItWasLeft_hasNoFlaw() throws Exception {
        assertThat(errors()).isEmpty();
        Files.delete(layout.listing());
        assertThat(errors()).isEmpty();
    }

    @Test
    void verification_changesNothing() throws Exception {
        Files.delete(layout.listing());
        List<String> before = files();
        errors();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void noJournal_hasNoFlaw() {
        assertThat(
                Verification
                        .run(H2JournalTest.database(Layout.at(root.resolve("new"))), Duration.ZERO, Optional.empty(),
                                ProgressListener.NONE)
                        .errors())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("events")
    void fieldEditedInTheDatabase_namesTheEvent(int number) throws Exception {
        for (String change : List.of(
                "payload = REPLACE(payload, '8053063680', '8053063681') || ' '",
                "actor = REPLACE(actor, 'ann', 'bob')",
                "time = DATEADD(SECOND, 1, time)",
                "operation = '20261123-120501-bb01'",
                "vm = 'Other'",
                "hash = TRANSLATE(hash, '0123456789abcdef', '123456789abcdef0')",
                "previous = TRANSLATE(previous, '0123456789abcdef', '123456789abcdef0')",
                "version = version + 100")) {
            tampering("UPDATE event SET %s WHERE sequence = %d".formatted(change, number), () -> {
                assertFound(Place.DATABASE, Kind.EDITED, number);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventRemovedFromTheDatabase_isNamed(int number) throws Exception {
        Edited.sql(layout, "DELETE FROM event WHERE sequence = " + number);
        assertFound(Place.DATABASE, Kind.REMOVED, number);
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventRemovedFromTheDatabaseAndTheRestMovedUp_isNamed(int number) throws Exception {
        Edited.sql(layout, "DELETE FROM event WHERE sequence = " + number,
                "UPDATE event SET sequence = sequence - 1 WHERE sequence > " + number);
        assertFound(Place.DATABASE, Kind.REMOVED, number);
    }

    @ParameterizedTest
    @MethodSource("eventsWithANext")
    void eventSwappedWithTheNextInTheDatabase_isNamed(int number) throws Exception {
        Edited.sql(layout, "UPDATE event SET sequence = -1 WHERE sequence = " + number,
                "UPDATE event SET sequence = %d WHERE sequence = %d".formatted(number, number + 1),
                "UPDATE event SET sequence = %d WHERE sequence = -1".formatted(number + 1));
        assertFound(Place.DATABASE, Kind.MOVED, number);
        assertFound(Place.DATABASE, Kind.MOVED, number + 1);
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventInsertedIntoTheDatabase_isNamed(int number) throws Exception {
        EventRow before = rows().get(number - 1);
        EventRow inserted = forged(before);
        Edited.sql(layout, "UPDATE event SET sequence = -(sequence + 1) WHERE sequence > " + number,
                "UPDATE event SET sequence = -sequence WHERE sequence < 0");
        Edited.insert(layout, inserted);
        if (number == EVENTS) {
            assertFound(Place.MIRROR, Kind.REMOVED, EVENTS + 1);
        } else if (number == EVENTS - 1) {
            // It follows as well as the last one does: nobody can say which of them was there first.
            assertFound(Place.MIRROR, Kind.DIFFERENT, EVENTS);
        } else {
            assertThat(errors()).anySatisfy(error -> assertThat(error.message())
                    .contains("put into the database behind event %d".formatted(number)));
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void lineEditedInTheMirror_namesTheEvent(int number) throws Exception {
        List<Consumer<List<String>>> changes = List.of(
                lines -> lines.set(number - 1, lines.get(number - 1).replace("ann", "bob")),
                lines -> lines.set(number - 1,
                        lines.get(number - 1).replace("\"hash\":\"", "\"hash\":\"0").replace("0\"}", "\"}")),
                lines -> lines.set(number - 1, ""),
                lines -> lines.set(number - 1, "no event at all"),
                lines -> lines.set(number - 1, lines.get(number - 1) + "\r"),
                lines -> lines.set(number - 1, sealed(lines.get(number - 1).replace("ann", "bob"))));
        byte[] good = Files.readAllBytes(layout.mirror());
        for (var change : changes) {
            mirror(change);
            List<IntegrityError> errors = errors();
            assertThat(errors).as("%s", errors).anyMatch(error -> error.place() == Place.MIRROR
                    && error.event().equals(Optional.of((long) number)));
            Files.write(layout.mirror(), good);
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void lineRemovedFromTheMirror_isNamed(int number) throws Exception {
        mirror(lines -> lines.remove(number - 1));
        assertThat(errors()).singleElement().satisfies(error -> {
            assertThat(error.kind()).isEqualTo(Kind.REMOVED);
            assertThat(error.event()).contains((long) number);
        });
    }

    @ParameterizedTest
    @MethodSource("eventsWithANext")
    void lineSwappedWithTheNextInTheMirror_isNamed(int number) throws Exception {
        mirror(lines -> Collections.swap(lines, number - 1, number));
        assertFound(Place.MIRROR, Kind.MOVED, number);
    }

    @ParameterizedTest
    @MethodSource("events")
    void lineInsertedIntoTheMirror_isNamed(int number) throws Exception {
        String forged = forged(rows().get(number - 1)).line().text();
        mirror(lines -> lines.add(number, forged));
        if (number == EVENTS) {
            assertFound(Place.DATABASE, Kind.REMOVED, EVENTS + 1);
        } else {
            assertThat(errors()).singleElement().satisfies(error -> assertThat(error.message())
                    .contains("put into the mirror behind event %d".formatted(number)));
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void lineRepeatedInTheMirror_isNamed(int number) throws Exception {
        mirror(lines -> lines.add(lines.get(number - 1)));
        assertFound(Place.MIRROR, Kind.INSERTED, number);
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventEditedInBoth_isNamed(int number) throws Exception {
        Edited.sql(layout, "UPDATE event SET actor = REPLACE(actor, 'ann', 'bob') WHERE sequence = " + number);
        mirror(lines -> lines.set(number - 1, lines.get(number - 1).replace("ann", "bob")));
        assertFound(Place.DATABASE, Kind.EDITED, number);
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventRemovedFromBoth_isFound(int number) throws Exception {
        Seal seal = seal();
        Edited.sql(layout, "DELETE FROM event WHERE sequence = " + number);
        mirror(lines -> lines.remove(number - 1));
        assertThat(number == EVENTS ? errors(Optional.of(seal)) : errors())
                .anySatisfy(error -> assertThat(error.message()).containsAnyOf(
                        "event %d".formatted(number), "event %d".formatted(number + 1)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void historyWrittenAnewFromAnEventOn_isToldFromOneCopyByTheOther_andByASeal(int number) throws Exception {
        Seal seal = seal();
        List<EventRow> anew = writtenAnew(number);
        mirror(lines -> {
            for (int at = number - 1; at < EVENTS; at++) {
                lines.set(at, anew.get(at).line().text());
            }
        });
        assertFound(Place.MIRROR, Kind.DIFFERENT, number);

        for (EventRow row : anew.subList(number - 1, EVENTS)) {
            Edited.sql(layout, "DELETE FROM event WHERE sequence = " + row.sequence());
            Edited.insert(layout, row);
        }
        assertThat(errors()).noneMatch(error -> error.place() == Place.DATABASE || error.place() == Place.MIRROR);
        assertThat(errors(Optional.of(seal))).anyMatch(error -> error.kind() == Kind.UNSEALED);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "UPDATE vm SET arrived_by = 'bob' WHERE name = 'Two'",
        "UPDATE image SET size = 1 WHERE vm = 'Two'",
        "DELETE FROM image WHERE vm = 'Two'",
        "DELETE FROM vm WHERE name = 'Three'",
        "INSERT INTO vm SELECT 'Four', since, origin, source, arrived, arrived_by FROM vm WHERE name = 'Two'",
        "UPDATE operation SET state = 'failed'",
        "DELETE FROM operation",
        "INSERT INTO operation SELECT id || 'x', action, request, vm, snapshot, started, started_by, actor, state,"
                + " progress, ended, reason, exit_code FROM operation",
        "DROP TABLE operation CASCADE"})
    void tablesEdited_areFound(String change) throws Exception {
        Edited.sql(layout, change);
        assertThat(errors()).isNotEmpty().allMatch(error -> error.place() == Place.TABLES);
    }

    /** By device and inode a VM is recognised under another name: an edit could pass one off as another. */
    @ParameterizedTest
    @ValueSource(strings = {"device = device + 1", "inode = inode + 1", "device = NULL", "inode = NULL",
        "modified_ns = modified_ns + 1"})
    void columnOfAnImageEdited_isFound(String change) throws Exception {
        Journal journal = H2JournalTest.open(layout);
        journal.writeSession(() -> journal.append(
                operation(4), new Event.VmFound(new VmName("Four"), List.of(Samples.inFile(DISK, 77)))));
        assertThat(errors()).isEmpty();

        Edited.sql(layout, "UPDATE image SET %s WHERE vm = 'Four'".formatted(change));

        assertThat(errors()).singleElement().satisfies(error -> {
            assertThat(error.place()).isEqualTo(Place.TABLES);
            assertThat(error.message()).isEqualTo("the table image is not what the events give: Four/disk.s2e");
        });
    }

    @Test
    void listingWithOtherContent_isFound() throws Exception {
        var file = new ListingFile(H2JournalTest.folder(layout));
        InventoryCache listed = file.read().orElseThrow();
        var fewer = new java.util.TreeMap<>(listed.inventory().vms());
        fewer.remove(TWO);
        file.write(new InventoryCache.Content(
                new ctl.vm.inventory.Inventory(fewer, listed.inventory().open()), listed.head()));
        assertThat(errors()).singleElement().satisfies(error -> assertThat(error.place()).isEqualTo(Place.LISTING));
    }

    @Test
    void mirrorTornOrMissing_isSaid() throws Exception {
        byte[] good = Files.readAllBytes(layout.mirror());
        Files.write(layout.mirror(), java.util.Arrays.copyOf(good, good.length - 10));
        assertFound(Place.MIRROR, Kind.REMOVED, EVENTS);
        assertThat(errors()).anyMatch(error -> error.kind() == Kind.TORN);
        Files.delete(layout.mirror());
        assertThat(errors()).extracting(IntegrityError::message).containsExactly("the mirror is missing");
    }

    @Test
    void databaseThatCannotBeRead_isSaid_andTheMirrorChecked() throws Exception {
        Files.writeString(layout.databaseFile(), "hello".repeat(10_000));
        Verification.Report report = Verification.run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(),
                ProgressListener.NONE);
        assertThat(report.errors()).singleElement()
                .satisfies(error -> assertThat(error.kind()).isEqualTo(Kind.UNREADABLE));
        assertThat(report.inventory().vms()).containsKey(TWO);
    }

    @Test
    void seal_ofAnEarlierEnd_isExtended() throws Exception {
        Seal seal = seal();
        H2JournalTest.open(layout).append(operation(4), found("Four"));
        assertThat(errors(Optional.of(seal))).isEmpty();
        assertThat(errors(Optional.of(Seal.parse(seal.toString()).orElseThrow()))).isEmpty();
        assertThat(errors(Optional.of(new Seal(0, Sha256.ZERO)))).isEmpty();
        assertThat(errors(Optional.of(new Seal(8, seal.hash())))).hasSize(1);
        assertThat(errors(Optional.of(new Seal(5, seal.hash())))).hasSize(1);
    }

    private Seal seal() {
        return H2JournalTest.open(layout).seal();
    }

    private List<IntegrityError> errors() {
        return errors(Optional.empty());
    }

    private List<IntegrityError> errors(Optional<Seal> seal) {
        return Verification.run(H2JournalTest.database(layout), Duration.ZERO, seal, ProgressListener.NONE).errors();
    }

    private void assertFound(Place place, Kind kind, long event) {
        List<IntegrityError> errors = errors();
        assertThat(errors).as("%s", errors)
                .anyMatch(error -> error.place() == place && error.kind() == kind
                        && error.event().equals(Optional.of(event)));
    }

    private interface Check {
        void run() throws Exception;
    }

    /** Tampers, checks, and puts the database back. */
    private void tampering(String sql, Check check) throws Exception {
        byte[] good = Files.readAllBytes(layout.databaseFile());
        Edited.sql(layout, sql);
        check.run();
        Files.write(layout.databaseFile(), good);
    }

    private void mirror(Consumer<List<String>> change) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(layout.mirror()));
        change.accept(lines);
        Files.writeString(layout.mirror(), lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    }

    /** With the hash that its content has now. */
    private static String sealed(String line) {
        int hash = line.lastIndexOf(",\"hash\"");
        return HashedLine.seal(line.substring(0, hash) + "}").text();
    }

    /** An event that follows another one, by its number and by the hashes. */
    private static EventRow forged(EventRow before) {
        return EventRow.after(
                new Head(before.sequence(), before.hash()), operation(7), Samples.NOON, Samples.ACTOR,
                new Event.ImageChanged(BOX, Samples.image(ImageName.DISK, 7, "2026-11-23T12:00:00Z")),
                EventSubject.of(new Event.ImageChanged(BOX, DISK)));
    }

    /** All rows, those from a number on with another time and the hashes that go with it. */
    private List<EventRow> writtenAnew(int from) throws Exception {
        List<EventRow> anew = new ArrayList<>();
        for (EventRow row : rows()) {
            String previous = anew.isEmpty() ? Head.BEGINNING.hash() : anew.getLast().hash();
            anew.add(row.sequence() < from
                    ? row
                    : new EventRow(row.sequence(), row.operation(), row.time().plusSeconds(1), row.name(),
                            row.version(),
                            row.vm(), row.snapshot(), row.actor(), row.payload(), previous, "").sealed());
        }
        return anew;
    }

    private List<EventRow> rows() throws Exception {
        try (var connection = H2JournalTest.database(layout).openForReading()) {
            return new EventTable(connection).page(1);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(layout.journal())) {
            List<String> looks = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                looks.add(file + " " + Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime"));
            }
            return looks;
        }
    }
}
