package ctl.vm.journal.repair;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.h2.Database;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.mirror.HeadFile;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal of which both files have lost their ends, with what was written beside them or without it. Events that were
 * acknowledged are missing then, and nothing goes on without them unless the user has accepted that.
 */
final class LossTest {

    private static final int EVENTS = 10;

    @TempDir
    private Path root;

    private Layout layout;
    private final Map<Path, byte[]> whole = new HashMap<>();
    private int appended;

    /** Each by a command of its own, so that the database was closed after each. */
    @BeforeEach
    void appendEvents() throws IOException {
        layout = Layout.at(root);
        for (int number = 1; number <= EVENTS; number++) {
            H2JournalTest.open(layout).append(operation(number), found("Box" + number));
        }
        for (Path file : List.of(layout.databaseFile(), layout.mirror(), layout.listing(), layout.head())) {
            whole.put(file, Files.readAllBytes(file));
        }
    }

    /** What is left of the files. @param database bytes, -1 where it is missing @param mirror the same */
    private record Rest(int database, int mirror, boolean listing, boolean head) {

        boolean isNothing() {
            return database < 0 && mirror <= 0 && !listing && !head;
        }
    }

    private Stream<Rest> rests() {
        int databaseLength = whole.get(layout.databaseFile()).length;
        int mirrorLength = whole.get(layout.mirror()).length;
        // H2 opens the third and the fourth as databases of older versions, the fifth as one with nine events.
        int[] databases = {-1, 8192, databaseLength / 3, databaseLength / 3 * 2, databaseLength - 100, databaseLength};
        int[] mirrors = {-1, 300, lineEnd(1), lineEnd(4) + 50, lineEnd(9), mirrorLength - 1, mirrorLength};
        return Arrays.stream(databases).boxed().flatMap(database -> Arrays.stream(mirrors).boxed()
                .flatMap(mirror -> IntStream.range(0, 4)
                        .mapToObj(beside -> new Rest(database, mirror, (beside & 1) > 0, (beside & 2) > 0))));
    }

    @Test
    void bothFilesCut_nothingGoesOnWithoutEventsUnlessThatIsAccepted() throws IOException {
        int refused = 0;
        int mended = 0;
        for (Rest rest : rests().filter(rest -> !rest.isNothing()).toList()) {
            layOut(rest);
            assertThat(appended()).as("append with %s", rest).isIn(Optional.empty(), Optional.of(EVENTS + 1L));

            layOut(rest);
            // One process: H2 keeps a file locked that it could not open.
            Database database = H2JournalTest.database(layout);
            List<IntegrityError> errors = verify(database);
            Rebuild.Result result = rebuild(database, false);

            if (result.loss().isEmpty()) {
                assertThat(events()).as("events with %s", rest).isEqualTo(EVENTS);
                mended++;
            } else {
                assertThat(errors).as("verify with %s: %s", rest, result.loss()).isNotEmpty();
                assertThat(result.done()).isEmpty();
                assertUnchanged(rest);
                refused++;
            }
        }
        // By the whole database, or by the whole mirror where a file beside it says that it is whole.
        assertThat(mended).isEqualTo(7 * 4 + 5 * 3);
        assertThat(refused).isEqualTo(6 * 7 * 4 - 1 - mended);
    }

    /** Then the journal is whole, of what is left, and nothing says any more that there were other events. */
    @Test
    void loss_accepted_isNotReportedAgain() throws IOException {
        int databaseLength = whole.get(layout.databaseFile()).length;
        for (Rest rest : List.of(
                new Rest(databaseLength - 100, lineEnd(9), true, true),
                new Rest(databaseLength - 100, lineEnd(9), false, false),
                new Rest(-1, lineEnd(4) + 50, false, true),
                new Rest(8192, 0, true, false),
                new Rest(-1, 0, false, true))) {
            layOut(rest);
            Database database = H2JournalTest.database(layout);
            int left = (int) rebuild(database, false).events();

            Rebuild.Result result = rebuild(database, true);

            assertThat(result.loss()).as("%s", rest).isPresent();
            assertThat(result.events()).isEqualTo(left);
            assertThat(verify(database)).as("%s", rest).isEmpty();
            assertThat(rebuild(database, false)).isEqualTo(new Rebuild.Result(List.of(), left, Optional.empty()));
            assertThat(appended()).contains(left + 1L);
            Files.delete(layout.listing());
            assertThat(appended()).contains(left + 2L);
        }
    }

    @Test
    void loss_saysWhatIsKnown() throws IOException {
        int databaseLength = whole.get(layout.databaseFile()).length;
        layOut(new Rest(databaseLength - 100, lineEnd(9), false, true));
        assertLoss(
                "event 10: it can be read neither from the database nor from its mirror");

        layOut(new Rest(-1, lineEnd(9), false, false));
        assertLoss(
                "events behind event 9 may be lost: the database cannot show that there were none (it is missing), and"
                        + " journal/head and journal/listing are missing or damaged");

        layOut(new Rest(databaseLength - 100, lineEnd(9), false, false));
        Files.createDirectories(layout.vm(new VmName("Box10")));
        Files.createDirectories(layout.trash(operation(50)));
        assertLoss(
                "events behind event 9 may be lost: the database cannot show that there were none (it lacks its end), and"
                        + " journal/head and journal/listing are missing or damaged; no event speaks of vm/.trash/%s, vm/Box10"
                                .formatted(operation(50)));
    }

    /** An older one proves nothing of what came later, as after a power cut, but is no reason to stop. */
    @Test
    void headThatIsOlder_stopsNoCommandAndShowsNoEnd() throws IOException {
        var older = new HeadFile(H2JournalTest.folder(layout));
        Head head = older.read().orElseThrow();
        older.write(new Head(head.sequence() - 2, "0".repeat(64)));
        Files.delete(layout.listing());
        assertThat(verify(H2JournalTest.database(layout))).isEmpty();
        Files.delete(layout.databaseFile());
        assertLoss(
                "events behind event 10 may be lost: the database cannot show that there were none (it is missing), and"
                        + " what was written beside it last is of event 8");

        layOut(new Rest(whole.get(layout.databaseFile()).length, whole.get(layout.mirror()).length, false, true));
        older.write(new Head(head.sequence() - 2, "0".repeat(64)));
        assertThat(appended()).contains(EVENTS + 1L);
        assertThat(older.read()).hasValueSatisfying(now -> assertThat(now.sequence()).isEqualTo(EVENTS + 1L));
    }

    /** As after a power cut and the loss of the database: line feeds among garbage are no events. */
    @Test
    void garbageBehindTheLastLine_isNoLoss() throws IOException {
        layOut(new Rest(-1, whole.get(layout.mirror()).length, false, true));
        Files.writeString(layout.mirror(), "garbage\n\n\n\0\n{\n", StandardOpenOption.APPEND);

        Rebuild.Result result = rebuild(H2JournalTest.database(layout), false);

        assertThat(result.loss()).isEmpty();
        assertThat(result.events()).isEqualTo(EVENTS);
    }

    @Test
    void headThatIsDamaged_saysNothing() throws IOException {
        byte[] right = whole.get(layout.head());
        for (int at = 0; at < right.length - 1; at++) {
            byte[] wrong = right.clone();
            wrong[at] ^= 1;
            Files.write(layout.head(), wrong);
            assertThat(new HeadFile(H2JournalTest.folder(layout)).read()).as("byte %d", at).isEmpty();
            Files.write(layout.head(), Arrays.copyOf(right, at));
            assertThat(new HeadFile(H2JournalTest.folder(layout)).read()).as("length %d", at).isEmpty();
        }
    }

    @Test
    void otherHistoryOfTheSameLength_isFound() throws IOException {
        var file = new HeadFile(H2JournalTest.folder(layout));
        file.write(new Head(EVENTS, "a".repeat(64)));
        Files.delete(layout.listing());

        assertThat(appended()).isEmpty();
        assertThat(verify(H2JournalTest.database(layout))).extracting(IntegrityError::message)
                .containsExactly("event 10 is not the one that was recorded, as the file head says");
    }

    private void assertLoss(String loss) {
        assertThat(rebuild(H2JournalTest.database(layout), false).loss()).contains(loss);
    }

    private void layOut(Rest rest) throws IOException {
        try (Stream<Path> files = Files.list(layout.journal())) {
            for (Path file : files.filter(file -> !file.equals(layout.journalLock())).toList()) {
                Files.delete(file);
            }
        }
        put(layout.databaseFile(), rest.database);
        put(layout.mirror(), rest.mirror);
        put(layout.listing(), rest.listing ? whole.get(layout.listing()).length : -1);
        put(layout.head(), rest.head ? whole.get(layout.head()).length : -1);
    }

    private void put(Path file, int length) throws IOException {
        if (length >= 0) {
            Files.write(file, Arrays.copyOf(whole.get(file), length));
        }
    }

    private void assertUnchanged(Rest rest) throws IOException {
        for (Map.Entry<Path, Integer> file : Map.of(
                layout.databaseFile(), rest.database, layout.mirror(), rest.mirror).entrySet()) {
            if (file.getValue() < 0) {
                assertThat(file.getKey()).doesNotExist();
            } else {
                assertThat(file.getKey())
                        .hasBinaryContent(Arrays.copyOf(whole.get(file.getKey()), file.getValue()));
            }
        }
    }

    /** Its number; empty where the journal refused. */
    private Optional<Long> appended() {
        try {
            return Optional.of(H2JournalTest.open(layout).append(operation(99), found("Next" + ++appended)).sequence());
        } catch (VmException refused) {
            assertThat(refused.problem()).isInstanceOf(Failure.JournalDamaged.class);
            return Optional.empty();
        }
    }

    private List<IntegrityError> verify(Database database) {
        return Verification.run(database, Duration.ZERO, Optional.empty(), ProgressListener.NONE)
                .errors();
    }

    private Rebuild.Result rebuild(Database database, boolean acceptLoss) {
        return Rebuild.run(database, Samples.CLOCK, Duration.ofSeconds(5), acceptLoss, ProgressListener.NONE);
    }

    private int events() {
        return JournalContract.read(H2JournalTest.open(layout), 1).size();
    }

    /** Where the line of an event ends in the mirror. */
    private int lineEnd(int event) {
        int at = 0;
        for (int line = 0; line < event; at++) {
            line += whole.get(layout.mirror())[at] == '\n' ? 1 : 0;
        }
        return at;
    }
}
