package ctl.vm.journal.h2;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.repair.Verification;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes and one journal. */
final class SharedJournalTest {

    private static final Duration BRIEF = Duration.ofMillis(300);

    @TempDir
    private Path root;

    @Test
    void journal_heldByAnotherProcess_isBusyWithItsPid() throws Exception {
        var layout = Layout.at(root);
        try (Child lockOwner = Child.start("hold", layout)) {
            assertThat(lockOwner.line()).isEqualTo("1");
            var journal = new H2Journal(H2JournalTest.database(layout), () -> Samples.ACTOR, Samples.CLOCK, BRIEF,
                    _ -> {});

            var busy = new Busy.JournalInUse(layout.journal(), BRIEF, Optional.of(lockOwner.pid()));
            assertProblem(() -> journal.append(operation(1), found("MyBox")), busy);
            assertProblem(() -> journal.writeSession(() -> 1), busy);
        }
    }

    @Test
    void readers_besideAProcessThatKeepsTheJournal_seeWhatItHasAppended() throws Exception {
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(operation(1), found("MyBox"));
        try (Child lockOwner = Child.start("hold", layout)) {
            assertThat(lockOwner.line()).isEqualTo("2");
            var journal = new H2Journal(
                    H2JournalTest.database(layout), () -> Samples.ACTOR, Samples.CLOCK, Duration.ZERO, _ -> {});

            assertThat(journal.inventory().vms()).hasSize(2);
            assertThat(JournalContract.read(journal, 1)).extracting(Recorded::sequence).containsExactly(1L, 2L);
            assertThat(journal.seal().sequence()).isEqualTo(2);
            assertThat(journal.latest().trouble()).isEmpty();
            assertThat(Verification.run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(),
                    ProgressListener.NONE).errors()).isEmpty();
        }
    }

    @Test
    void latest_journalHeldByAnotherProcess_showsWhatItHasAppended() throws Exception {
        var layout = Layout.at(root);
        try (Child lockOwner = Child.start("hold", layout)) {
            assertThat(lockOwner.line()).isEqualTo("1");

            Journal.Latest latest = H2JournalTest.open(layout).latest();

            assertThat(latest.inventory().vms()).hasSize(1);
            assertThat(latest.trouble()).isEmpty();
        }
    }

    @Test
    void append_besideAReaderThatKeepsReading_waitsForNothing() throws Exception {
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(operation(1), found("MyBox"));
        var journal = new H2Journal(
                H2JournalTest.database(layout), () -> Samples.ACTOR, Samples.CLOCK, Duration.ZERO, _ -> {});
        try (Child reader = Child.start("read", layout)) {
            assertThat(reader.line()).isEqualTo("1");
            assertThat(journal.append(operation(1), found("Two")).sequence()).isEqualTo(2);
        }
    }

    @Test
    void append_behindOthersThatAskedBefore_getsTheJournalInTheOrderOfAsking() throws Exception {
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(operation(1), found("MyBox"));
        List<Child> before = new ArrayList<>();
        try (var last = Executors.newSingleThreadExecutor()) {
            before.add(Child.start("hold", layout));
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> places(layout) == 1);
            for (int number = 1; number < 3; number++) {
                before.add(Child.start("hold", layout));
                int places = number + 1;
                Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> places(layout) == places);
            }
            var journal = new H2Journal(
                    H2JournalTest.database(layout), () -> Samples.ACTOR, Samples.CLOCK, Duration.ofMinutes(5), _ -> {});
            Future<Long> appended = last.submit(() -> journal.append(operation(1), found("Last")).sequence());
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> places(layout) == 4);
            for (Child holder : before) {
                assertThat(holder.line()).isEqualTo(String.valueOf(2 + before.indexOf(holder)));
                holder.kill();
            }
            assertThat(appended.get()).isEqualTo(5);
        } finally {
            before.forEach(Child::close);
        }
    }

    /** Those that have the journal or wait for it. */
    private static long places(Layout layout) throws IOException {
        String inode = ":" + Files.getAttribute(layout.journalQueue(), "unix:ino") + " ";
        try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
            return locks.filter(lock -> lock.contains(inode) && lock.contains("WRITE") && !lock.contains("->")).count();
        }
    }

    /** What they read is a whole beginning of the journal, with all that was acknowledged before they began. */
    @Test
    void reading_besideManyThatAppend_seesEachTimeAllThatWasAcknowledged() throws Exception {
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(operation(1), found("MyBox"));
        AtomicLong acknowledged = new AtomicLong(1);
        List<Child> writers = List.of(Child.start("append-on-and-on", layout),
                Child.start("append-on-and-on", layout), Child.start("append-on-and-on-in-a-burst", layout));
        try (var threads = Executors.newCachedThreadPool()) {
            try {
                for (Child writer : writers) {
                    threads.submit(() -> {
                        for (String line = writer.line(); !line.isEmpty(); line = writer.line()) {
                            long sequence = Long.parseLong(line);
                            acknowledged.accumulateAndGet(sequence, Math::max);
                        }
                        return acknowledged;
                    });
                }
                requireWholeReads(layout, writers.getLast(), acknowledged);
            } finally {
                // The threads end with what they read from.
                writers.forEach(Child::close);
            }
        }
    }

    /** @param burst never ends by itself: the others wait behind it once it has the journal */
    private static void requireWholeReads(Layout layout, Child burst, AtomicLong acknowledged) throws Exception {
        long killedAfter = Long.MAX_VALUE;
        for (int time = 0; time < 30 || acknowledged.get() < 60; time++) {
            if (time == 15) {
                burst.kill();
                killedAfter = acknowledged.get();
            }
            long before = acknowledged.get();
            var reader = new H2Journal(
                    H2JournalTest.database(layout), () -> Samples.ACTOR, Samples.CLOCK, Duration.ofSeconds(10),
                    _ -> {});
            List<Recorded> events = JournalContract.read(reader, 1);
            assertThat(events).hasSizeGreaterThanOrEqualTo((int) before);
            assertThat(events.getLast().sequence()).isEqualTo(events.size());
            assertThat(reader.inventory().vms().size()).isGreaterThanOrEqualTo((int) before);
            assertThat(reader.latest().trouble()).isEmpty();
            // What the killed one has left stays until another appends.
            if (time % 10 == 0 && (time < 15 || acknowledged.get() > killedAfter)) {
                assertThat(errors(layout)).isEmpty();
            }
        }
    }

    private static List<IntegrityError> errors(Layout layout) {
        return Verification.run(
                H2JournalTest.database(layout), Duration.ofMinutes(1), Optional.empty(), ProgressListener.NONE)
                .errors();
    }

    @Test
    void append_holderDies_goesOn() throws Exception {
        var layout = Layout.at(root);
        try (Child lockOwner = Child.start("hold", layout)) {
            assertThat(lockOwner.line()).isEqualTo("1");
            lockOwner.kill();

            assertThat(H2JournalTest.open(layout).append(operation(1), found("MyBox")).sequence()).isEqualTo(2);
        }
    }

    @Test
    void append_byManyAtOnce_isOneSequence() throws Exception {
        var layout = Layout.at(root);
        List<Child> children = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            children.add(Child.start("append-20", layout));
        }
        List<Long> acknowledged = new ArrayList<>();
        for (Child child : children) {
            try (child) {
                acknowledged.addAll(lines(child));
                assertThat(child.await()).isZero();
            }
        }

        assertThat(acknowledged).hasSize(80).doesNotHaveDuplicates();
        assertThat(JournalContract.read(H2JournalTest.open(layout), 1)).extracting(Recorded::sequence)
                .containsExactlyInAnyOrderElementsOf(acknowledged);
        assertThat(new ListingFile(H2JournalTest.folder(layout)).current())
                .hasValueSatisfying(inventory -> assertThat(inventory.inventory().vms()).hasSize(80));
    }

    private static List<Long> lines(Child child) throws IOException {
        List<Long> lines = new ArrayList<>();
        for (String line = child.line(); !line.isEmpty(); line = child.line()) {
            lines.add(Long.valueOf(line));
        }
        return lines;
    }

    private static void assertProblem(
            ThrowingCallable call, Busy.JournalInUse problem) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(VmException.class, busy -> assertThat(busy.problem()).isEqualTo(problem));
    }
}
