package ctl.vm.journal.h2;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmupTest {

    @TempDir
    private Path root;

    private Layout layout;

    @BeforeEach
    void make() {
        layout = Layout.at(root);
        H2JournalTest.open(layout).append(operation(1), found("MyBox"));
    }

    @Test
    void await_whileItLooks_lastsUntilThatIsOver() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        var goOn = new CountDownLatch(1);
        var preparation = new Warmup(() -> {
            awaitQuietly(goOn);
            order.add("looked");
        });
        preparation.begin();
        Thread waiting = Thread.ofPlatform().start(() -> {
            preparation.await();
            order.add("awaited");
        });
        goOn.countDown();
        waiting.join();

        assertThat(order).containsExactly("looked", "awaited");
    }

    @Test
    void begin_afterTheFileWasOpened_doesNotLookAtIt() throws Exception {
        var looked = new CountDownLatch(1);
        var preparation = new Warmup(looked::countDown);
        preparation.await();
        preparation.begin();

        assertThat(looked.await(200, TimeUnit.MILLISECONDS)).isFalse();
    }

    /** Whoever closes a file gives back the locks that his process has on it, however often it has it open. */
    @Test
    void getReady_whileTheDatabaseIsOpen_leavesItLocked() {
        H2Journal journal = H2JournalTest.open(layout);

        assertThat(journal.<Boolean>writeSession(() -> {
            journal.append(operation(2), found("Two"));
            journal.getReady();
            awaitQuietly(new CountDownLatch(1));
            return isLocked();
        })).isTrue();
    }

    @Test
    void getReady_thenAppend_isAppended() {
        H2Journal journal = H2JournalTest.open(layout);
        journal.getReady();

        assertThat(journal.append(operation(2), found("Two")).sequence()).isEqualTo(2);
        assertThat(journal.inventory().vms()).hasSize(2);
    }

    @Test
    void getReady_withoutAJournal_makesNone() throws IOException {
        Layout another = Layout.at(Files.createDirectory(root.resolve("another")));
        H2Journal journal = H2JournalTest.open(another);
        journal.getReady();

        assertThat(journal.inventory().vms()).isEmpty();
        assertThat(another.databaseFile()).doesNotExist();
        assertThat(journal.append(operation(1), found("MyBox")).sequence()).isEqualTo(1);
    }

    @Test
    void getReady_databaseHoldsAStrangersProgram_isRefusedAllTheSame() throws SQLException {
        try (Connection connection = H2JournalTest.database(layout).openForWriting(Deadline.none());
                var statement = connection.createStatement()) {
            statement.execute("CREATE ALIAS STRANGE FOR 'java.lang.Math.abs(int)'");
        }
        H2Journal journal = H2JournalTest.open(layout);
        journal.getReady();

        assertThatThrownBy(() -> journal.append(operation(2), found("Two")))
                .isInstanceOf(VmException.class).hasMessageContaining("none of ours");
    }

    private boolean isLocked() {
        try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
            String inode = ":" + Files.getAttribute(layout.databaseFile(), "unix:ino") + " ";
            return locks.anyMatch(lock -> lock.contains(inode));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** For half a second at the most. */
    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
