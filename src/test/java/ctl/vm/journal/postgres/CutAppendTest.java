package ctl.vm.journal.postgres;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.PostgresServer;
import ctl.Proxy;
import ctl.Servers;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.repair.Verification;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends whose connection, or whose server, goes away at any point of them. */
class CutAppendTest {

    @TempDir
    private Path folder;

    @Test
    void append_connectionCutAtManyBytes_isThereOnceOrNotAtAll() throws Exception {
        cutAt(24);
    }

    @Tag("campaign")
    @Test
    void append_connectionCutAtTwoHundredBytes_isThereOnceOrNotAtAll() throws Exception {
        cutAt(200);
    }

    private void cutAt(int positions) throws Exception {
        PostgresServer server = Servers.shared();
        try (Proxy proxy = new Proxy(server.port())) {
            PostgresDatabase root = PostgresJournalTest.emptyRoot(folder,
                    PostgresServer.through(proxy.port(), server.newDatabase()));
            Layout layout = root.folder().layout();
            Authority authority = Authority.read(root.folder()).orElseThrow();
            proxy.passAll();
            journal(layout, authority).append(operation(1), found("First"));
            long sent = proxy.bytesToServer();
            long answered = proxy.bytesToClient();
            List<String> acknowledged = new ArrayList<>(List.of("First"));
            for (int at = 0; at < positions; at++) {
                proxy.passAll();
                long bytes = 1 + at / 2 * 2 * (at % 2 == 0 ? sent : answered) / positions;
                if (at % 2 == 0) {
                    proxy.cutToServerAfter(bytes);
                } else {
                    proxy.cutToClientAfter(bytes);
                }
                Thread healing = Thread.ofVirtual().start(() -> heal(proxy));
                String name = "Box" + at;
                try {
                    journal(layout, authority).append(operation(2), found(name));
                    acknowledged.add(name);
                } catch (VmException away) {
                    assertThat(away.problem()).as("cut at %d", bytes).isInstanceOf(Busy.class);
                }
                healing.join();
            }
            proxy.passAll();
            List<String> there = JournalContract.read(journal(layout, authority), 1).stream().map(Recorded::event)
                    .map(event -> ((Event.VmFound) event).vm().text()).toList();
            assertThat(there).doesNotHaveDuplicates().containsAll(acknowledged);
            journal(layout, authority).append(operation(3), found("Last"));
            assertThat(Verification.run(PostgresJournalTest.open(layout, authority), Duration.ofSeconds(10),
                    Optional.empty(), ProgressListener.NONE).errors()).isEmpty();
        }
    }

    /** The network works again a moment after it broke off. */
    private static void heal(Proxy proxy) {
        try {
            Thread.sleep(60);
            proxy.passAll();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PostgresJournal journal(Layout layout, Authority authority) {
        return PostgresJournalTest.journal(PostgresJournalTest.open(layout, authority));
    }

    @Test
    void server_killedStartedAgainAndStandingBy_refusesInOneProblemAndLosesNothing() throws Exception {
        try (PostgresServer server = Servers.start(Servers.versions().getFirst(), "fsync=on")) {
            PostgresDatabase root = PostgresJournalTest.emptyRoot(folder, server.newDatabase());
            Layout layout = root.folder().layout();
            Authority authority = Authority.read(root.folder()).orElseThrow();
            journal(layout, authority).append(operation(1), found("First"));

            server.kill();
            assertRefused(layout, authority, Busy.ServerUnreachable.class);
            assertThat(journal(layout, authority).latest()).satisfies(latest -> {
                assertThat(latest.inventory().vms()).hasSize(1);
                assertThat(latest.trouble()).containsInstanceOf(Busy.ServerUnreachable.class);
            });
            server.start();
            journal(layout, authority).append(operation(1), found("Second"));

            server.execute(authority.url(), "ALTER DATABASE %s SET default_transaction_read_only = on"
                    .formatted(PostgresServer.databaseOf(authority.url())));
            assertRefused(layout, authority, ServerFailure.ReadOnlyServer.class);
            server.execute("postgres", "ALTER DATABASE %s RESET default_transaction_read_only"
                    .formatted(PostgresServer.databaseOf(authority.url())));
            server.execute("postgres", "ALTER ROLE owner CONNECTION LIMIT 0");
            assertRefused(layout, authority, Busy.ServerFull.class);
            server.execute("postgres", "ALTER ROLE owner CONNECTION LIMIT -1");
            server.execute("postgres", "GRANT ctl_password TO owner", "ALTER ROLE owner PASSWORD 'another'");
            assertRefused(layout, authority, ServerFailure.LoginRefused.class);
            server.execute("postgres", "REVOKE ctl_password FROM owner");
            server.execute(authority.url(), "ALTER SCHEMA %s RENAME TO gone".formatted(authority.schema()));
            assertRefused(layout, authority, ServerFailure.JournalMissing.class);
            server.execute(authority.url(), "ALTER SCHEMA gone RENAME TO %s".formatted(authority.schema()));

            journal(layout, authority).append(operation(1), found("Third"));
            assertThat(JournalContract.read(journal(layout, authority), 1)).hasSize(3);
            assertThat(Verification.run(PostgresJournalTest.open(layout, authority), Duration.ofSeconds(10),
                    Optional.empty(), ProgressListener.NONE).errors()).isEmpty();
        }
    }

    private static void assertRefused(Layout layout, Authority authority, Class<? extends Problem> problem) {
        assertThatThrownBy(() -> journal(layout, authority).append(operation(1), found("Refused")))
                .isInstanceOfSatisfying(VmException.class,
                        refused -> assertThat(refused.problem()).isInstanceOf(problem));
    }
}
