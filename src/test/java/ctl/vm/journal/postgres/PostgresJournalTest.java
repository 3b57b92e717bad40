package ctl.vm.journal.postgres;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.Servers;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.Samples;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public final class PostgresJournalTest extends JournalContract {

    private static final AtomicInteger ROOTS = new AtomicInteger();

    private static String database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeDatabase() {
        database = Servers.shared().newEnglishDatabase();
    }

    public @Override PostgresJournal journal() throws Exception {
        return journal(emptyRoot(folder, database));
    }

    static PostgresJournal journal(PostgresDatabase journal) {
        return new PostgresJournal(journal, () -> Samples.ACTOR, Samples.CLOCK, Duration.ofSeconds(10), _ -> {});
    }

    /** A root without events on a server, as a process has it that has just started. */
    static PostgresDatabase emptyRoot(Path parent, String url) throws Exception {
        Layout layout = Layout.at(Files.createTempDirectory(parent, "root"));
        Files.createDirectory(layout.journal());
        Authority authority = Authority.of(url, new RootId("%064d".formatted(ROOTS.incrementAndGet()).transform(
                text -> text.substring(48) + text.substring(0, 48))));
        PostgresDatabase made = open(layout, authority);
        Path none = Files.createFile(layout.root().resolve("none"));
        made.makeOf(none, ProgressListener.NONE);
        made.publish();
        authority.write(made.folder());
        return open(layout, authority);
    }

    static PostgresDatabase open(Layout layout, Authority authority) {
        return new PostgresDatabase(new JournalFolder(layout, new LinuxDisk()),
                PostgresServer.of(authority.url(), Map.of()), authority, AppendGuard.NONE);
    }

    @Test
    void outcome_ofACommitWhoseAnswerDidNotComeInTime_isLookedUp() throws Exception {
        PostgresDatabase root = emptyRoot(folder, database);
        Head first = head(journal(root).append(operation(1), found("MyBox")));
        Head second = head(journal(root).append(operation(1), found("Two")));
        var timeout = new SQLException("no answer", "08006", new SocketTimeoutException("Read timed out"));

        assertThat(root.outcome(timeout, first, second)).isEqualTo(Engine.Outcome.COMMITTED);
        assertThat(root.outcome(timeout, second, new Head(3, first.hash()))).isEqualTo(Engine.Outcome.LOST);
        assertThatThrownBy(() -> root.outcome(timeout, first, new Head(2, first.hash())))
                .isInstanceOfSatisfying(VmException.class, other -> assertThat(other.problem())
                        .isEqualTo(new Busy.JournalChanged(root.folder().layout().journal())));
    }

    private static Head head(Recorded recorded) {
        return new Head(recorded.sequence(), recorded.hash());
    }

    @Test
    void append_anotherHostAppendedMeanwhile_isRefusedAndTriedAgainByTheUser() throws Exception {
        PostgresDatabase root = emptyRoot(folder, database);
        PostgresJournal journal = journal(root);
        // A host whose lock on the folder was lost: it has a copy of the folder, and the same schema.
        Layout other = Layout.at(Files.createDirectory(folder.resolve("other")));
        Files.createDirectory(other.journal());
        Authority authority = Authority.read(root.folder()).orElseThrow();
        journal.writeSession(() -> {
            journal.append(operation(1), found("MyBox"));
            journal(open(other, authority)).append(operation(2), found("Two"));
            for (String name : List.of("Three", "Four")) {
                assertThatThrownBy(() -> journal.append(operation(1), found(name)))
                        .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                                .isEqualTo(new Busy.JournalChanged(root.folder().layout().journal())));
            }
            return null;
        });
        assertThat(read(journal(open(root.folder().layout(), authority)), 1)).hasSize(2);
        assertThat(journal(open(root.folder().layout(), authority)).inventory().vms()).hasSize(2).containsKey(BOX);
    }
}
