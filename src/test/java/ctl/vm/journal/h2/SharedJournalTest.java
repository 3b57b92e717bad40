package ctl.vm.journal.h2;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
            assertProblem(journal::inventory, busy);
            assertProblem(() -> journal.events(1, _ -> {}), busy);
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

    /** A burst may take longer than the patience before it needs the database for the first time. */
    @Test
    void append_lateInABurst_stillWaitsForAReader() throws Exception {
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(operation(1), found("MyBox"));
        var deadline = Duration.ofSeconds(5);
        var journal = new H2Journal(H2JournalTest.database(layout), () -> Samples.ACTOR, Samples.CLOCK, deadline,
                _ -> {});
        try (Child reader = Child.start("read", layout); var later = Executors.newSingleThreadScheduledExecutor()) {
            assertThat(reader.line()).isEqualTo("1");
            long sequence = journal.writeSession(() -> {
                pause(deadline);
                later.schedule(reader::kill, 200, TimeUnit.MILLISECONDS);
                return journal.append(operation(1), found("Two")).sequence();
            });
            assertThat(sequence).isEqualTo(2);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
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
