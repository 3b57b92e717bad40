package ctl.vm.journal.mirror;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.h2.NewDatabase;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.repair.Verification;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mirror beside a database with three events. */
final class MirrorTest {

    @TempDir
    private Path root;

    private Layout layout;
    private byte[] whole;

    @BeforeEach
    void appendThreeEvents() throws IOException {
        layout = Layout.at(root);
        List.of("One", "Two", "Three").forEach(this::append);
        whole = Files.readAllBytes(layout.mirror());
    }

    @Test
    void append_isFollowedByALine() throws IOException {
        List<String> lines = Files.readAllLines(layout.mirror());
        List<Recorded> events = JournalContract.read(H2JournalTest.open(layout), 1);

        assertThat(lines).hasSize(3).allMatch(line -> new EventLine(line).isIntact());
        assertThat(lines).map(line -> new EventLine(line).recorded()).isEqualTo(events);
    }

    @Test
    void append_lastLineMissing_completesIt() throws IOException {
        cutTo(lineStart(3));
        append("Four");
        assertMirrorIsWholeAgain();
    }

    /** A host that was stopped between its commit and its line, and wakes up when others have gone on. */
    @Test
    void write_lateBehindWhichOthersHaveWritten_changesNothing() throws IOException {
        EventLine second = new EventLine(Files.readAllLines(layout.mirror()).get(1));

        long end = new Mirror(H2JournalTest.folder(layout)).write(lineStart(2), second);

        assertThat(Files.readAllBytes(layout.mirror())).isEqualTo(whole);
        assertThat(end).isEqualTo(lineStart(3));
    }

    @Test
    void append_onlyLineMissing_completesIt() throws IOException {
        var fresh = Layout.at(Files.createDirectory(root.resolve("fresh")));
        H2JournalTest.open(fresh).append(operation(1), found("One"));
        byte[] line = Files.readAllBytes(fresh.mirror());
        Files.write(fresh.mirror(), new byte[0]);

        H2JournalTest.open(fresh).append(operation(1), found("Two"));

        assertThat(Files.readAllLines(fresh.mirror())).hasSize(2);
        assertThat(Files.readAllBytes(fresh.mirror())).startsWith(line);
    }

    /** A power cut can leave the new size of the mirror, and of the last line only what stands in its last block. */
    @Test
    void append_lastLineWithoutItsBeginning_completesIt() throws IOException {
        for (int written : List.of(whole.length, whole.length - 1, whole.length - 200, lineStart(3) + 1)) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, lineStart(3), written, (byte) 0);
            Files.write(layout.mirror(), torn);
            openForWriting();
            assertThat(Files.readAllBytes(layout.mirror())).isEqualTo(whole);
        }
    }

    /** A crash can leave any part of the last line, and zeros where the disk knew the length but got no data. */
    @Test
    void append_lastLineTornAnywhere_completesIt() throws IOException {
        for (int cut : List.of(lineStart(3) + 1, lineStart(3) + 200, whole.length - 2, whole.length - 1)) {
            Files.write(layout.mirror(), Arrays.copyOf(whole, cut));
            openForWriting();
            assertThat(Files.readAllBytes(layout.mirror())).isEqualTo(whole);

            byte[] zeros = Arrays.copyOf(Arrays.copyOf(whole, lineStart(3) + 10),
                    cut + 10 < whole.length ? cut + 10 : cut);
            Files.write(layout.mirror(), zeros);
            openForWriting();
            assertThat(Files.readAllBytes(layout.mirror())).isEqualTo(whole);
        }
    }

    @Test
    void latest_lastLineTornWithinACharacter_isNoTrouble() throws IOException {
        append("Ö");
        byte[] mirror = Files.readAllBytes(layout.mirror());
        String beforeIt = new String(mirror, StandardCharsets.UTF_8).split("Ö")[0];
        Files.write(layout.mirror(), Arrays.copyOf(mirror, beforeIt.getBytes(StandardCharsets.UTF_8).length + 1));

        Files.delete(layout.listing());
        Journal.Latest latest = new ListingFile(H2JournalTest.folder(layout)).readWithMirror();

        assertThat(latest.trouble()).isEmpty();
        assertThat(latest.inventory().vms()).hasSize(3);
    }

    @Test
    void append_databaseIsNewAndItsMirrorLost_makesTheMirror() throws IOException {
        var fresh = Layout.at(Files.createDirectory(root.resolve("fresh")));
        Files.createDirectory(fresh.journal());
        new NewDatabase(H2JournalTest.database(fresh)).make();
        Files.delete(fresh.mirror());

        H2JournalTest.open(fresh).append(operation(1), found("One"));

        assertThat(Files.readAllLines(fresh.mirror())).hasSize(1);
    }

    @Test
    void append_twoLinesMissing_isDamage() throws IOException {
        cutTo(lineStart(2));
        assertDamaged(() -> append("Four"), "the database ends with event 3, and its mirror with event 1");
        assertThat(Files.size(layout.mirror())).isEqualTo(lineStart(2));
    }

    @Test
    void append_mirrorRemoved_isDamage() throws IOException {
        Files.delete(layout.mirror());
        assertDamaged(() -> append("Four"), "the database ends with event 3, and its mirror with no event");
        assertThat(layout.mirror()).doesNotExist();
    }

    /** As after a power cut: the database has the event, and of its line the disk kept anything. */
    @Test
    void append_lastLineDamaged_makesItWholeAndSaysSoInOneLine() throws IOException {
        byte[] garbage = new byte[whole.length - lineStart(3)];
        new Random(1).nextBytes(garbage);
        for (String end : List.of(
                "{\"sequence\":37", text(whole, lineStart(3)).replace("Three", "Thirty"), "\0\n\0", text(garbage, 0),
                text(whole, lineStart(3)) + "\0".repeat(5000), text(whole, lineStart(3)) + "{\"sequence\":4,")) {
            byte[] damaged = (text(Arrays.copyOf(whole, lineStart(3)), 0) + end).getBytes(StandardCharsets.ISO_8859_1);
            Files.write(layout.mirror(), damaged);
            Files.deleteIfExists(layout.tornMirror());
            List<String> warnings = new ArrayList<>();
            assertThat(H2JournalTest.open(layout).inventory().vms()).as("readers need no mirror").hasSize(3);

            openForWriting(warnings::add);

            assertThat(Files.readAllBytes(layout.mirror())).isEqualTo(whole);
            assertThat(warnings).singleElement().asString()
                    .contains("were no event, as after a power cut: they are kept in events.jsonl.torn");
            assertThat(text(Files.readAllBytes(layout.tornMirror()), 0))
                    .endsWith(":\n" + (end.startsWith(text(whole, lineStart(3)))
                            ? end.substring(whole.length - lineStart(3))
                            : end) + "\n");
            assertThat(Verification.run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(),
                    ProgressListener.NONE).errors()).isEmpty();
        }
        append("Four");
        assertMirrorIsWholeAgain();
    }

    @Test
    void append_lineBeforeTheLastDamaged_isDamage() throws IOException {
        byte[] edited = whole.clone();
        Arrays.fill(edited, lineStart(2) + 100, edited.length, (byte) 0);
        Files.write(layout.mirror(), edited);
        assertDamaged(() -> append("Four"), "the database ends with event 3, and its mirror with event 1");
        assertThat(Files.readAllBytes(layout.mirror())).isEqualTo(edited);
        assertThat(layout.tornMirror()).doesNotExist();
    }

    @Test
    void append_mirrorKnowsMore_isDamage() throws IOException {
        byte[] database = Files.readAllBytes(layout.databaseFile());
        append("Four");
        Files.write(layout.databaseFile(), database);

        assertDamaged(() -> append("Five"), "the database ends with event 3, and its mirror with event 4");
        assertDamaged(() -> H2JournalTest.open(layout).inventory(), "its mirror with event 4");
        assertThat(Files.readAllBytes(layout.databaseFile())).isEqualTo(database);
    }

    @Test
    void inventory_mirrorRemoved_readsTheDatabase() throws IOException {
        Files.delete(layout.mirror());
        assertThat(H2JournalTest.open(layout).inventory().vms()).hasSize(3);
    }

    @Test
    void tail_ofALineLongerThanABlock_isThatLine() throws IOException {
        Files.writeString(layout.mirror(), "first\n" + "x".repeat(100_000) + "\ntorn");

        Mirror.Tail tail = new Mirror(H2JournalTest.folder(layout)).tail();

        assertThat(tail.last()).isEqualTo("x".repeat(100_000));
        assertThat(tail.wholeLength()).isEqualTo(100_007);
        assertThat(new String(tail.torn(), StandardCharsets.UTF_8)).isEqualTo("torn");
    }

    private void assertMirrorIsWholeAgain() throws IOException {
        assertThat(Files.readAllBytes(layout.mirror())).startsWith(whole);
        assertThat(Files.readAllLines(layout.mirror())).hasSize(4).allMatch(line -> new EventLine(line).isIntact());
    }

    private static void assertDamaged(ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(VmException.class, damage -> assertThat(damage.problem())
                        .isInstanceOf(Failure.JournalDamaged.class))
                .hasMessageContaining(reason);
    }

    private void append(String name) {
        H2JournalTest.open(layout).append(operation(1), found(name));
    }

    private void openForWriting() throws IOException {
        openForWriting(warning -> {
            throw new AssertionError(warning);
        });
    }

    private void openForWriting(Consumer<String> warnings) throws IOException {
        Files.deleteIfExists(layout.listing());
        var journal = new H2Journal(H2JournalTest.database(layout), () -> Samples.ACTOR, Samples.CLOCK, Duration.ZERO,
                warnings);
        journal.writeSession(() -> {
            List<Recorded> events = new ArrayList<>();
            journal.events(1, events::add);
            return events;
        });
    }

    private static String text(byte[] bytes, int from) {
        return new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1);
    }

    private void cutTo(int length) throws IOException {
        Files.write(layout.mirror(), Arrays.copyOf(whole, length));
    }

    /** Where the line of an event begins. */
    private int lineStart(int sequence) {
        int at = 0;
        for (int line = 1; line < sequence; at++) {
            line += whole[at] == '\n' ? 1 : 0;
        }
        return at;
    }
}
