package ctl.vm.journal.repair;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.DISK;
import static ctl.vm.journal.json.Samples.READY_IMAGE;
import static ctl.vm.journal.json.Samples.TWO;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static ctl.vm.journal.json.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.h2.Child;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal with eight events, of which one file or both are damaged, and what is made of it. */
final class RebuildTest {

    private static final int EVENTS = 8;

    @TempDir
    private Path root;

    private Layout layout;
    private List<Recorded> events;
    private byte[] database;
    private byte[] mirror;

    @BeforeEach
    void appendSomeEvents() throws IOException {
        layout = Layout.at(root);
        H2Journal journal = H2JournalTest.open(layout);
        journal.append(operation(1), found("MyBox"));
        journal.append(operation(1), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false)));
        journal.append(operation(1), new Event.CheckpointReached(TWO, Samples.CHECKPOINT));
        journal.append(operation(1), new Event.VmStaged(TWO, List.of(DISK, READY_IMAGE), 7));
        journal.append(operation(1), new Event.VmArrived(TWO, new Origin.ClonedFrom(BOX), List.of(DISK, READY_IMAGE)));
        journal.append(operation(2), started(new Request.DeleteVm(new VmName("Ö"))));
        journal.append(operation(2), new Event.OperationFailed("half a pair \uD83D", 1));
        journal.append(operation(3), started(new Request.Import("/tmp/x.tar", new VmName("Three"), false, false)));
        events = JournalContract.read(journal, 1);
        database = Files.readAllBytes(layout.databaseFile());
        mirror = Files.readAllBytes(layout.mirror());
    }

    /** Something that happens to a journal. */
    private interface Damage {
        void happensTo(Layout layout) throws Exception;
    }

    static Stream<Damage> run_databaseIsDamaged_makesItAnew() {
        return Stream.of(
                named("missing", layout -> Files.delete(layout.databaseFile())),
                named("empty", layout -> Files.write(layout.databaseFile(), new byte[0])),
                named("garbage", layout -> Files.writeString(layout.databaseFile(), "hello".repeat(10_000))),
                named("cut at 1", layout -> cut(layout.databaseFile(), 1)),
                named("cut at 4096", layout -> cut(layout.databaseFile(), 4096)),
                named("cut at 8192", layout -> cut(layout.databaseFile(), 8192)),
                named("cut at 20000", layout -> cut(layout.databaseFile(), 20_000)),
                named("cut at 60000", layout -> cut(layout.databaseFile(), 60_000)),
                named("cut near its end", layout -> cut(
                        layout.databaseFile(), (int) Files.size(layout.databaseFile()) - 4096)),
                named("header of zeros", layout -> zero(layout.databaseFile(), 0, 8192)),
                named("zeros in the middle", layout -> zero(
                        layout.databaseFile(), 12_288, (int) Files.size(layout.databaseFile()) - 4096)),
                named("of another program", sql("DROP ALL OBJECTS", "CREATE TABLE cats (name CHARACTER VARYING)")),
                named("first event edited", sql(edit(1))),
                named("event edited", sql(edit(4))),
                named("last event edited", sql(edit(8))),
                named("first event removed", sql("DELETE FROM event WHERE sequence = 1")),
                named("last events removed", sql("DELETE FROM event WHERE sequence > 6")),
                named("event out of its place", sql("UPDATE event SET sequence = 99 WHERE sequence = 5")),
                named("no events", sql("DELETE FROM event")),
                named("no table of events", sql("DROP TABLE event CASCADE")),
                named("a VM missing", sql("DELETE FROM vm WHERE name = 'Two'")),
                named("image with a wrong name", sql("UPDATE image SET file = 'elsewhere' WHERE vm = 'MyBox'")),
                named("ended operation edited", sql("UPDATE operation SET ended = NULL, reason = 'x'")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void run_databaseIsDamaged_makesItAnew(Damage damage) throws Exception {
        damage.happensTo(layout);
        Optional<byte[]> broken = content(layout.databaseFile());

        Rebuild.Result result = run();

        assertThat(result.loss()).isEmpty();
        assertThat(result.events()).isEqualTo(EVENTS);
        assertThat(result.done()).hasSize(2).last().isEqualTo("the database was made anew with 8 events");
        assertThat(layout.mirror()).hasBinaryContent(mirror);
        assertKept(layout.databaseFile(), broken);
        assertWhole(events);
    }

    static Stream<Damage> run_mirrorIsDamaged_writesItAnew() {
        return Stream.of(
                named("missing", layout -> Files.delete(layout.mirror())),
                named("empty", layout -> Files.write(layout.mirror(), new byte[0])),
                named("garbage", layout -> Files.writeString(layout.mirror(), "hello\n".repeat(5))),
                named("zeros", layout -> zero(layout.mirror(), 0, (int) Files.size(layout.mirror()))),
                named("cut in its first line", layout -> cut(layout.mirror(), 100)),
                named("cut in the middle", layout -> cut(layout.mirror(), 3000)),
                named("first line edited", layout -> flip(layout.mirror(), 50)),
                named("line edited", layout -> flip(layout.mirror(), 3000)),
                named("last line edited", layout -> flip(layout.mirror(), (int) Files.size(layout.mirror()) - 20)),
                named("last line feed edited", layout -> flip(layout.mirror(), (int) Files.size(layout.mirror()) - 1)),
                named("no character", layout -> Files.write(
                        layout.mirror(), new byte[] {(byte) 0xff}, StandardOpenOption.APPEND)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void run_mirrorIsDamaged_writesItAnew(Damage damage) throws Exception {
        damage.happensTo(layout);
        Optional<byte[]> broken = content(layout.mirror());

        Rebuild.Result result = run();

        assertThat(result.loss()).isEmpty();
        assertThat(result.done()).hasSize(2).last().isEqualTo("the mirror was written anew with 8 events");
        assertThat(layout.databaseFile()).hasBinaryContent(database);
        assertKept(layout.mirror(), broken);
        assertWhole(events);
    }

    @Test
    void run_bothAreDamagedInDifferentPlaces_losesNothing() throws Exception {
        damageBoth();

        Rebuild.Result result = run();

        assertThat(result.loss()).isEmpty();
        assertThat(result.done()).hasSize(4);
        assertWhole(events);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8})
    void run_bothAreDamagedInTheSameEvent_changesNothingUnlessTold(int event) throws Exception {
        Edited.sql(layout, edit(event));
        flip(layout.mirror(), lineStart(event) + 60);
        byte[] before = Files.readAllBytes(layout.databaseFile());

        Rebuild.Result refused = run();
        assertThat(refused.done()).isEmpty();
        assertThat(refused.loss()).hasValueSatisfying(loss -> assertThat(loss)
                .contains(event == 8
                        ? "event 8: it can be read neither"
                        : "up to event 8: event %d can be read neither".formatted(event)));
        assertThat(layout.databaseFile()).hasBinaryContent(before);
        assertNoneKept(layout.databaseFile());

        Rebuild.Result accepted = Rebuild.run(H2JournalTest.database(layout), Samples.CLOCK, Duration.ZERO, true,
                ProgressListener.NONE);
        assertThat(accepted.events()).isEqualTo(event - 1);
        assertThat(accepted.loss()).isEqualTo(refused.loss());
        assertKept(layout.databaseFile(), Optional.of(before));
        assertWhole(events.subList(0, event - 1));
    }

    @Test
    void run_bothAreUnusable_beginsAnewOnlyIfTold() throws Exception {
        Files.writeString(layout.databaseFile(), "hello".repeat(10_000));
        Files.delete(layout.mirror());
        Files.delete(layout.listing());
        Files.delete(layout.head());

        assertThat(run().loss()).contains("every event: neither the database nor its mirror can be read");
        assertThat(layout.mirror()).doesNotExist();

        Rebuild.run(H2JournalTest.database(layout), Samples.CLOCK, Duration.ZERO, true, ProgressListener.NONE);
        assertWhole(List.of());
    }

    /** The mirror was cut between two lines, and only the listing still knows that there was more. */
    @Test
    void run_listingKnowsMore_saysWhatIsMissing() throws Exception {
        Files.delete(layout.databaseFile());
        cut(layout.mirror(), lineStart(7));

        assertThat(run().loss()).hasValueSatisfying(loss -> assertThat(loss)
                .startsWith("event 7 and those after it, up to event 8: "));
    }

    @Test
    void run_impossibleEvent_saysWhichAndChangesNothingUnlessTold() throws Exception {
        Edited.append(layout, new Event.VmVanished(new VmName("Nobody")));

        assertThat(run().loss()).hasValueSatisfying(loss -> assertThat(loss)
                .contains("event 9 is impossible: there is no VM Nobody"));

        Rebuild.run(H2JournalTest.database(layout), Samples.CLOCK, Duration.ZERO, true, ProgressListener.NONE);
        assertWhole(events);
    }

    /** Somebody put back an older database and went on with it. */
    @Test
    void run_filesTellDifferentStories_takesTheLongerOnlyIfTold() throws Exception {
        Edited.sql(layout, "DELETE FROM event WHERE sequence > 6");
        cut(layout.mirror(), lineStart(7));
        Edited.append(layout, new Event.OperationFailed("other", 1));
        Files.write(layout.mirror(), mirror);

        assertThat(run().loss()).contains(
                "event 7 stands in the database and in its mirror with different contents");

        Rebuild.run(H2JournalTest.database(layout), Samples.CLOCK, Duration.ZERO, true, ProgressListener.NONE);
        assertWhole(events);
    }

    @Test
    void run_lastLineIsTornAndTheDatabaseBroken_leavesThatLineOut() throws Exception {
        Files.writeString(layout.mirror(), "{\"sequence\":9,\"oper", StandardOpenOption.APPEND);
        byte[] torn = Files.readAllBytes(layout.mirror());
        Files.delete(layout.databaseFile());

        Rebuild.Result result = run();

        assertThat(result.loss()).isEmpty();
        assertThat(result.done()).anyMatch(line -> line.contains("its last line is torn"));
        assertKept(layout.mirror(), Optional.of(torn));
        assertWhole(events);
    }

    /** No damage: whoever appended died between the two files. */
    @Test
    void run_lastLineIsMissing_completesIt() throws Exception {
        cut(layout.mirror(), lineStart(8) + 30);

        assertThat(run().done()).isEmpty();
        assertThat(layout.mirror()).hasBinaryContent(mirror);
        assertWhole(events);
    }

    @Test
    void run_wholeJournal_changesNothing() throws Exception {
        Rebuild.Result result = run();

        assertThat(result).isEqualTo(new Rebuild.Result(List.of(), EVENTS, Optional.empty()));
        assertThat(layout.databaseFile()).hasBinaryContent(database);
        assertThat(layout.mirror()).hasBinaryContent(mirror);
        assertWhole(events);
    }

    @Test
    void run_noJournal_makesNothing() throws Exception {
        Path empty = Files.createDirectory(root.resolve("empty"));

        assertThat(Rebuild.run(H2JournalTest.database(Layout.at(empty)), Samples.CLOCK, Duration.ZERO, true,
                ProgressListener.NONE).events())
                .isZero();
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void run_nameForTheBrokenFileIsTaken_takesAnother() throws Exception {
        Path taken = layout.journal().resolve("journal.mv.db.broken-20261123-120501");
        Files.writeString(taken, "broke before");
        Files.writeString(layout.databaseFile(), "hello".repeat(10_000));

        run();

        assertThat(taken).hasContent("broke before");
        assertThat(layout.journal().resolve("journal.mv.db.broken-20261123-120501-2")).exists();
    }

    @Test
    void run_newerProgramWroteIt_refuses() throws Exception {
        Edited.sql(
                layout,
                "INSERT INTO \"flyway_schema_history\" SELECT 99, '099', 'later', 'SQL', 'V099__later.sql', 0, 'x',"
                        + " CURRENT_TIMESTAMP, 0, TRUE");
        byte[] before = Files.readAllBytes(layout.databaseFile());

        assertThatThrownBy(this::run).isInstanceOfSatisfying(VmException.class, refusal -> assertThat(
                refusal.problem()).isInstanceOf(Failure.JournalTooNew.class));
        assertThat(layout.databaseFile()).hasBinaryContent(before);
    }

    /** Dies before each act in turn. What is left is never half a file, and the next run makes it whole. */
    @Test
    void run_diesAnywhere_isFinishedByTheNext() throws Exception {
        List<String> steps = new ArrayList<>();
        damageBoth();
        new Rebuild(H2JournalTest.database(layout), Samples.CLOCK, Duration.ZERO, steps::add, ProgressListener.NONE)
                .run(false);
        assertThat(steps).hasSizeGreaterThan(5);

        for (String last : steps) {
            restore();
            damageBoth();
            assertThatThrownBy(() -> new Rebuild(H2JournalTest.database(layout), Samples.CLOCK, Duration.ZERO, step -> {
                if (step.equals(last)) {
                    throw new IllegalStateException("dies before: " + step);
                }
            }, ProgressListener.NONE).run(false)).hasMessage("dies before: " + last);

            assertThat(run().loss()).as(last).isEmpty();
            assertWhole(events);
        }
    }

    /** The same with real processes, killed at their nth system call of each kind. */
    @Test
    @Tag("campaign")
    void run_killedAnywhere_isFinishedByTheNext() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
        for (String call : List.of("rename", "link", "fsync", "fdatasync", "pwrite64", "write", "unlink",
                "ftruncate")) {
            boolean killed = true;
            for (int at = 1; killed && at <= 60; at++) {
                restore();
                damageBoth();
                var strace = List.of(
                        "strace", "-f", "-qq", "-o", "/dev/null", "-e",
                        "inject=%s:signal=KILL:when=%d".formatted(call, at));
                try (Child child = Child.start(strace, List.of(), "rebuild", layout)) {
                    killed = child.await() != 0;
                }
                assertThat(run().loss()).as("%s %d", call, at).isEmpty();
                assertWhole(events);
            }
        }
    }

    private Rebuild.Result run() {
        return Rebuild.run(H2JournalTest.database(layout), Samples.CLOCK, Duration.ofSeconds(5), false,
                ProgressListener.NONE);
    }

    /** The database in event 3, and the mirror in event 6. */
    private void damageBoth() throws Exception {
        Edited.sql(layout, edit(3));
        flip(layout.mirror(), lineStart(6) + 60);
    }

    private void restore() throws IOException {
        try (Stream<Path> files = Files.list(layout.journal())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.write(layout.databaseFile(), database);
        Files.write(layout.mirror(), mirror);
    }

    /** Reads, lists and appends as ever, and there is nothing left to rebuild. */
    private void assertWhole(List<Recorded> expected) throws Exception {
        H2Journal journal = H2JournalTest.open(layout);
        assertThat(JournalContract.read(journal, 1)).isEqualTo(expected);
        assertThat(journal.inventory()).isEqualTo(fold(expected));
        assertThat(new ListingFile(H2JournalTest.folder(layout)).current().map(InventoryCache::inventory))
                .contains(fold(expected));
        assertThat(journal.latest().trouble()).isEmpty();
        assertThat(run().done()).isEmpty();

        Recorded next = journal.append(operation(9), found("Next"));
        assertThat(next.sequence()).isEqualTo(expected.size() + 1);
        assertThat(Files.readAllLines(layout.mirror())).hasSize(expected.size() + 1);
        assertThat(layout.newDatabaseFile()).doesNotExist();
    }

    private static void assertKept(Path file, Optional<byte[]> content) throws IOException {
        if (content.isEmpty()) {
            assertNoneKept(file);
        } else {
            assertThat(file.resolveSibling(file.getFileName() + ".broken-20261123-120501"))
                    .hasBinaryContent(content.get());
        }
    }

    private static void assertNoneKept(Path file) throws IOException {
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).noneMatch(other -> other.toString().startsWith(file + ".broken"));
        }
    }

    private static Inventory fold(List<Recorded> events) {
        Inventory inventory = Inventory.EMPTY;
        for (Recorded recorded : events) {
            inventory = inventory.after(recorded);
        }
        return inventory;
    }

    private static Optional<byte[]> content(Path file) throws IOException {
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    private static Damage named(String name, Damage damage) {
        return new Damage() {
            @Override
            public void happensTo(Layout layout) throws Exception {
                damage.happensTo(layout);
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    private static Damage sql(String... statements) {
        return layout -> Edited.sql(layout, statements);
    }

    private static String edit(int event) {
        return "UPDATE event SET actor = REPLACE(actor, 'ann', 'bob') WHERE sequence = " + event;
    }

    private static void cut(Path file, int length) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    }

    private static void zero(Path file, int start, int end) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, start, Math.min(end, bytes.length), (byte) 0);
        Files.write(file, bytes);
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    /** Where the line of an event begins in the mirror. */
    private int lineStart(int event) {
        String text = new String(mirror, StandardCharsets.ISO_8859_1);
        int at = 0;
        for (int line = 1; line < event; line++) {
            at = text.indexOf('\n', at) + 1;
        }
        return at;
    }
}
