package ctl.vm.journal.h2;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.problem.ProblemText;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.engine.OpenJournal;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.repair.Edited;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.journal.repair.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of some thousand events. What a question costs depends on its answer, and not on what else there is. */
final class LongJournalTest {

    private static final int EVENTS = 6000;
    private static final int FEW_EVENTS = 600;
    private static final int ANSWERS = 50;
    private static final List<String> SMALL_HEAP = List.of("-Xmx32m");

    @TempDir
    private static Path made;

    @TempDir
    private Path root;

    private Layout layout;

    @BeforeAll
    static void makeJournals() throws Exception {
        MadeJournal.make(made.resolve("long"), EVENTS, 1);
        MadeJournal.make(made.resolve("short"), FEW_EVENTS, 1);
    }

    @BeforeEach
    void copyTheLongOne() throws IOException {
        layout = Layout.at(root);
        Files.createDirectories(layout.journal());
        try (Stream<Path> files = Files.list(made.resolve("long/journal"))) {
            for (Path file : files.toList()) {
                Files.copy(file, layout.journal().resolve(file.getFileName()));
            }
        }
    }

    /** All entries are of one VM: whoever looked at more of it than he answers would look at everything. */
    @Test
    void audit_ofAVm_readsNoMoreThanInAShortJournal() throws Exception {
        Consumer<OpenJournal> question = open -> {
            List<AuditEntry> answers = new ArrayList<>();
            open.entries(newest("Box1"), answers::add);
            assertThat(answers).hasSize(ANSWERS).anyMatch(entry -> entry.notBefore().isPresent());
        };
        assertThat(reads("long", question)).isLessThan(2 * reads("short", question));
    }

    @Test
    void opening_afterACrash_readsNoMoreThanInAShortJournal() throws Exception {
        assertThat(reads("long", OpenJournal::checkEnd)).isLessThan(2 * reads("short", OpenJournal::checkEnd));
    }

    /** As after a crash: nothing says that the files are as the last of us left them. */
    @Test
    void eventInTheMiddleThatCannotBeRead_stopsWhoReadsIt_andNobodyElse() throws Exception {
        Edited.sql(layout, "UPDATE event SET payload = 'nothing' WHERE sequence = 3000");
        assertThat(layout.listing()).doesNotExist();

        H2Journal journal = H2JournalTest.open(layout);
        assertThat(journal.latest().trouble()).isEmpty();
        assertThat(journal.append(operation(1), found("Next")).sequence()).isEqualTo(EVENTS + 1);
        assertThat(Verification
                .run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(), ProgressListener.NONE).errors())
                .extracting(IntegrityError::event).containsExactly(Optional.of(3000L));
    }

    @Test
    void eventInTheMiddleThatIsMissing_isNoticedByTheirNumber() throws Exception {
        Edited.sql(layout, "DELETE FROM event WHERE sequence = 3000");
        assertThat(H2JournalTest.open(layout).latest().trouble()).hasValueSatisfying(trouble -> assertThat(
                ProblemText.message(trouble)).contains("event 3000: event 3001 stands in its place"));
    }

    @Test
    void eventAtTheEndThatWasEdited_isNamed() throws Exception {
        Edited.sql(layout, "UPDATE event SET operation = 'x' || operation WHERE sequence = " + (EVENTS - 100));
        assertThat(H2JournalTest.open(layout).latest().trouble()).hasValueSatisfying(trouble -> assertThat(
                ProblemText.message(trouble))
                .contains("event %d: its hash is not that of its content".formatted(EVENTS - 100)));
    }

    /** In a heap of which the lines of both files would fill half, before anything was made of them. */
    @Test
    void journalThatDoesNotFitIntoMemory_isVerifiedAndMadeAnew() throws Exception {
        layout = Layout.at(root.resolve("longer"));
        MadeJournal.make(layout.root(), 10_000, 20);
        damageBoth();
        try (Child verify = Child.start(List.of(), SMALL_HEAP, "verify", layout)) {
            assertThat(verify.line()).isEqualTo("EDITED 2000");
            assertThat(verify.line()).isEqualTo("EDITED 4000");
            assertThat(verify.await()).isZero();
        }
        try (Child rebuild = Child.start(List.of(), SMALL_HEAP, "rebuild", layout)) {
            assertThat(rebuild.await()).isZero();
        }
        assertThat(Verification
                .run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(), ProgressListener.NONE).errors())
                .isEmpty();
    }

    @Test
    void rebuild_ofAWholeJournal_saysHowFarItIs_andChangesNothing() throws Exception {
        byte[] database = Files.readAllBytes(layout.databaseFile());
        var heard = new Heard();
        Rebuild.Result result = Rebuild.run(H2JournalTest.database(layout), Samples.CLOCK, Duration.ZERO, false, heard);
        assertThat(result.done()).isEmpty();
        assertThat(layout.databaseFile()).hasBinaryContent(database);
        assertThat(heard.steps).containsExactly("check the journal");
        assertThat(heard.done).isBetween(heard.expected * 9 / 10, heard.expected);
    }

    @Test
    void rebuild_ofABrokenOne_saysHowFarItIs() throws Exception {
        damageBoth();
        var heard = new Heard();
        Rebuild.run(H2JournalTest.database(layout), Samples.CLOCK, Duration.ZERO, false, heard);
        assertThat(heard.steps).containsExactly("check the journal", "read what there is", "write the database");
        assertThat(heard.done).isBetween(heard.expected * 9 / 10, heard.expected);
    }

    /** What the user is told; the bytes are those of the last step. */
    private static final class Heard implements ProgressListener {

        private final List<String> steps = new ArrayList<>();
        private long expected;
        private long done;

        @Override
        public void begin(String step, long bytes) {
            steps.add(step);
            expected = bytes;
            done = 0;
        }

        @Override
        public void advance(long bytes) {
            done += bytes;
        }
    }

    private void damageBoth() throws Exception {
        Edited.sql(layout, "UPDATE event SET actor = REPLACE(actor, 'workshop', 'nowhere') WHERE sequence = 2000");
        long line;
        try (var lines = new Mirror(H2JournalTest.folder(layout)).read()) {
            lines.moveBehind(3999);
            line = lines.position();
        }
        try (var mirror = FileChannel.open(layout.mirror(), StandardOpenOption.WRITE)) {
            mirror.write(ByteBuffer.wrap(new byte[] {'x'}), line + 100);
        }
    }

    @Test
    void feed_behindMostEvents_doesNotReadThem() throws Exception {
        byte[] mirror = Files.readAllBytes(layout.mirror());
        Arrays.fill(mirror, 0, mirror.length / 3, (byte) 'x');
        Files.write(layout.mirror(), mirror);

        Journal.Feed feed = H2JournalTest.open(layout).feed(OptionalLong.of(EVENTS - 2));
        assertThat(feed.take()).extracting(entry -> entry.recorded().sequence())
                .containsExactly(EVENTS - 1L, (long) EVENTS);
    }

    @Test
    void feed_beginsBehindAnyEvent() throws Exception {
        for (long after : new long[] {0, 1, 2, 2999, EVENTS - 1}) {
            assertThat(H2JournalTest.open(layout).feed(OptionalLong.of(after)).take().getFirst().recorded().sequence())
                    .isEqualTo(after + 1);
        }
        assertThat(H2JournalTest.open(layout).feed(OptionalLong.of(EVENTS + 1)).take()).isEmpty();
    }

    private static AuditFilter newest(String vm) {
        return new AuditFilter(Optional.of(new VmName(vm)), Optional.empty(), Set.of(), Optional.empty(),
                Set.of(),
                false, Optional.empty(), Optional.empty(), true, ANSWERS);
    }

    /** How often H2 reads from the file for a question, beyond opening it. */
    private static long reads(String journal, Consumer<OpenJournal> question) throws SQLException {
        Layout asked = Layout.at(made.resolve(journal));
        var database = H2JournalTest.database(asked);
        try (var open = new OpenJournal(database, database.openForReading())) {
            long before = reads(open);
            question.accept(open);
            return reads(open) - before;
        }
    }

    private static long reads(OpenJournal open) throws SQLException {
        String sql = "SELECT setting_value FROM information_schema.settings WHERE setting_name = 'info.FILE_READ'";
        try (var select = open.connection().createStatement(); var found = select.executeQuery(sql)) {
            assertThat(found.next()).isTrue();
            return found.getLong(1);
        }
    }
}
