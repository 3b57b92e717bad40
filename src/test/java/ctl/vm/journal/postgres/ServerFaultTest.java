package ctl.vm.journal.postgres;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.PostgresServer;
import ctl.Proxy;
import ctl.Servers;
import ctl.vm.child.Children;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.journal.repair.Verification;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is of another time, full, replaced by its standby, silent, or that ends a connection in a commit. */
class ServerFaultTest {

    private static final Map<String, String> IMPATIENT = Map.of("CTL_ANSWER_SECONDS", "2");

    @TempDir
    private Path folder;

    private Layout layout;
    private Authority authority;

    private void makeRoot(String url) throws Exception {
        PostgresDatabase root = PostgresJournalTest.emptyRoot(folder, url);
        layout = root.folder().layout();
        authority = Authority.read(root.folder()).orElseThrow();
        append("First");
    }

    /** The journal as a process finds it that has just started. */
    private PostgresJournal journal() {
        return PostgresJournalTest.journal(database());
    }

    private PostgresDatabase database() {
        return PostgresDatabase.of(new JournalFolder(layout, new LinuxDisk()), authority, IMPATIENT, AppendGuard.NONE);
    }

    /** From now on the root's journal is to be found there. */
    private void moveTo(String url) {
        authority = new Authority(url, authority.schema());
        authority.write(new JournalFolder(layout, new LinuxDisk()));
    }

    private void append(String name) {
        journal().append(operation(1), found(name));
    }

    private void assertRefused(Class<? extends Problem> problem) {
        assertThatThrownBy(() -> append("Refused")).isInstanceOfSatisfying(VmException.class,
                refused -> assertThat(refused.problem()).isInstanceOf(problem));
    }

    private void assertHolds(String... names) {
        assertThat(JournalContract.read(journal(), 1)).extracting(ServerFaultTest::name).containsExactly(names);
        assertThat(Verification.run(database(), Duration.ofSeconds(10), Optional.empty(), ProgressListener.NONE)
                .errors()).isEmpty();
    }

    private static String name(Recorded recorded) {
        return ((Event.VmFound) recorded.event()).vm().text();
    }

    /** What a list shows meanwhile. */
    private void assertMirrorShows(int vms, Class<? extends Problem> trouble) {
        assertThat(journal().latest()).satisfies(latest -> {
            assertThat(latest.inventory().vms()).hasSize(vms);
            assertThat(latest.trouble()).containsInstanceOf(trouble);
        });
    }

    @Test
    void schema_olderThanTheProgram_isBroughtUpToDateByTheNextCommand() throws Exception {
        PostgresServer server = Servers.shared();
        makeRoot(server.newDatabase());
        String schema = authority.schema();
        server.execute(authority.url(), "DROP TABLE %s.lease_claim, %s.lease".formatted(schema, schema),
                "DELETE FROM %s.flyway_schema_history WHERE version = '008'".formatted(schema));

        append("Second");

        assertHolds("First", "Second");
        assertThat(server.query(authority.url(), "SELECT to_regclass('%s.lease_claim')::text".formatted(schema)))
                .isEqualTo(List.of(schema + ".lease_claim"));
    }

    @Test
    void schema_olderThanTheProgramAndNotOurs_isRefusedForLackOfRights() throws Exception {
        PostgresServer server = Servers.shared();
        makeRoot(server.newDatabase());
        String schema = authority.schema();
        server.execute(authority.url(), "DROP TABLE %s.lease_claim, %s.lease".formatted(schema, schema),
                "DELETE FROM %s.flyway_schema_history WHERE version = '008'".formatted(schema),
                "ALTER SCHEMA %s OWNER TO postgres".formatted(schema),
                "GRANT USAGE ON SCHEMA %s TO owner".formatted(schema));

        assertRefused(ServerFailure.NoServerRights.class);
        assertMirrorShows(1, ServerFailure.NoServerRights.class);
    }

    @Test
    void schema_thatTheLoginMayNotMake_namesTheGrant() {
        String url = Servers.shared().newDatabase();

        VmException refused = catchThrowableOfType(VmException.class,
                () -> PostgresJournalTest.emptyRoot(folder, PostgresServer.as("writer_a", url)));

        assertThat(refused.problem()).isInstanceOfSatisfying(ServerFailure.NoServerRights.class, lacking -> assertThat(
                lacking.grant()).contains("CREATE ON DATABASE " + PostgresServer.databaseOf(url)));
    }

    @Test
    void schema_newerThanTheProgram_isRefusedAndTheMirrorShown() throws Exception {
        PostgresServer server = Servers.shared();
        makeRoot(server.newDatabase());
        server.execute(authority.url(), """
                INSERT INTO %s.flyway_schema_history
                    (installed_rank, version, description, type, script, installed_by, execution_time, success)
                VALUES (1000, '999', 'newer', 'SQL', 'V999__newer.sql', 'owner', 1, TRUE)"""
                .formatted(authority.schema()));

        assertRefused(Failure.JournalTooNew.class);
        assertMirrorShows(1, Failure.JournalTooNew.class);

        server.execute(authority.url(), "DELETE FROM %s.flyway_schema_history WHERE version = '999'"
                .formatted(authority.schema()));
        append("Second");
        assertHolds("First", "Second");
    }

    @Test
    void append_toThePromotedStandbyThatHasEverything_goesOn() throws Exception {
        try (PostgresServer primary = Servers.start(Servers.NEWEST)) {
            makeRoot(primary.newDatabase());
            try (PostgresServer standby = primary.standby()) {
                moveTo(both(primary, standby));
                primary.kill();
                assertRefused(ServerFailure.ReadOnlyServer.class);
                assertMirrorShows(1, ServerFailure.ReadOnlyServer.class);

                standby.promote();
                append("Second");
                assertHolds("First", "Second");

                // The old one comes back, and takes writes as well: the mirror shows that it is not the right one.
                primary.start();
                assertRefused(Failure.JournalDamaged.class);
                assertMirrorShows(2, Failure.JournalDamaged.class);
                primary.stop();
                assertHolds("First", "Second");
            }
        }
    }

    @Test
    void append_toThePromotedStandbyThatLacksAnEvent_isRefusedAndTheEventNamed() throws Exception {
        try (PostgresServer primary = Servers.start(Servers.NEWEST)) {
            makeRoot(primary.newDatabase());
            try (PostgresServer standby = primary.standby()) {
                moveTo(both(primary, standby));
                PostgresJournal running = journal();
                running.writeSession(() -> {
                    // This standby follows nobody: it is behind for good.
                    running.append(operation(1), found("Second"));
                    primary.kill();
                    standby.promote();
                    assertDamage(() -> running.append(operation(1), found("Third")));
                    return null;
                });

                assertDamage(() -> append("Third"));
                assertThat(journal().latest()).satisfies(latest -> {
                    assertThat(latest.inventory().vms()).hasSize(2);
                    assertThat(latest.trouble()).containsInstanceOf(Failure.JournalDamaged.class);
                });
                assertThat(
                        standby.query(authority.url(), "SELECT sequence FROM %s.event".formatted(authority.schema())))
                        .containsExactly("1");

                Rebuild.run(database(), Clock.systemUTC(), Duration.ofSeconds(10), false, ProgressListener.NONE);
                append("Third");
                assertHolds("First", "Second", "Third");
            }
        }
    }

    @Test
    void append_serverDiskIsFull_isRefusedAndGoesOnWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(Children.start("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString()).waitFor() == 0,
                "needs the right to mount");
        try (PostgresServer server = Servers.startIn(disk.resolve("data"), Servers.NEWEST)) {
            makeRoot(server.newDatabase());
            server.execute("postgres", "CHECKPOINT");
            Path ballast = disk.resolve("ballast");
            fill(ballast);

            VmException refused = null;
            int appended = 1;
            while (refused == null) {
                try {
                    append("Box" + appended);
                    appended++;
                } catch (VmException full) {
                    refused = full;
                }
            }
            assertThat(refused.problem()).isInstanceOf(ServerFailure.ServerDiskFull.class);
            assertThat(journal().latest().inventory().vms()).hasSize(appended);

            Files.delete(ballast);
            append("Last");
            assertThat(journal().inventory().vms()).hasSize(appended + 1);
        } finally {
            assertThat(Children.start("umount", "-l", disk.toString()).waitFor()).isZero();
        }
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static void assertDamage(Runnable append) {
        assertThatThrownBy(append::run).isInstanceOfSatisfying(VmException.class,
                refused -> assertThat(refused.problem()).isInstanceOfSatisfying(Failure.JournalDamaged.class,
                        damaged -> assertThat(damaged.reason()).contains("event 1", "event 2")));
    }

    private String both(PostgresServer primary, PostgresServer standby) {
        return authority.url().replace(":" + primary.port(),
                ":%d,127.0.0.1:%d".formatted(primary.port(), standby.port()));
    }

    @Test
    void append_networkHangsBeforeTheServerHearsOfTheCommit_endsInTimeAndIsNotThere() throws Exception {
        try (Proxy proxy = new Proxy(Servers.shared().port())) {
            makeRoot(PostgresServer.through(proxy.port(), Servers.shared().newDatabase()));
            proxy.passAll();
            append("Second");
            long sent = proxy.bytesToServer();
            proxy.passAll();
            proxy.hangToServerAfter(sent - 20);

            long begun = System.nanoTime();
            assertRefused(Busy.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(40));

            proxy.passAll();
            append("Third");
            assertHolds("First", "Second", "Third");
        }
    }

    @Test
    void append_networkHangsBeforeTheCommitIsAnsweredAndWorksAgain_isThereOnce() throws Exception {
        try (Proxy proxy = new Proxy(Servers.shared().port())) {
            makeRoot(PostgresServer.through(proxy.port(), Servers.shared().newDatabase()));
            proxy.passAll();
            append("Second");
            long answered = proxy.bytesToClient();
            proxy.passAll();
            // The last answer that is read is that of the commit.
            proxy.hangToClientAfter(answered - 10);
            Thread healing = Thread.ofVirtual().start(() -> {
                sleep(3);
                proxy.passAll();
            });

            append("Third");

            healing.join();
            assertHolds("First", "Second", "Third");
        }
    }

    @Test
    void open_networkHangs_endsInTimeAndTheMirrorIsShown() throws Exception {
        try (Proxy proxy = new Proxy(Servers.shared().port())) {
            makeRoot(PostgresServer.through(proxy.port(), Servers.shared().newDatabase()) + "?connect_timeout=2");
            proxy.passAll();
            proxy.hangToClientAfter(0);
            assertRefused(Busy.class);
            assertMirrorShows(1, Busy.class);
            proxy.passAll();
            append("Second");
            assertHolds("First", "Second");
        }
    }

    private static void sleep(int seconds) {
        try {
            Thread.sleep(Duration.ofSeconds(seconds));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void append_processOfTheServerEndedInTheCommitBeforeItIsDurable_isRepeated() throws Exception {
        PostgresServer server = Servers.shared();
        makeRoot(server.newDatabase());
        server.execute(authority.url(), "CREATE TABLE slow AS SELECT TRUE AS is_slow", "GRANT SELECT ON slow TO owner",
                """
                        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                            IF EXISTS (SELECT FROM public.slow) THEN PERFORM pg_sleep(60); END IF; RETURN NULL;
                        END $$""",
                "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON %s.event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                        .formatted(authority.schema()) + " EXECUTE FUNCTION wait()");

        CompletableFuture<Void> appending = CompletableFuture.runAsync(() -> append("Second"));
        String process = processInCommit(server, "PgSleep");
        server.execute(authority.url(), "DELETE FROM slow", "SELECT pg_terminate_backend(%s)".formatted(process));

        appending.join();
        assertHolds("First", "Second");
    }

    @Test
    void append_processOfTheServerEndedInTheCommitAfterItIsDurable_isThereOnce() throws Exception {
        try (PostgresServer server = Servers.start(Servers.NEWEST)) {
            makeRoot(server.newDatabase());
            server.execute("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
                    "SELECT pg_reload_conf()");

            CompletableFuture<Void> appending = CompletableFuture.runAsync(() -> append("Second"));
            String process = processInCommit(server, "SyncRep");
            server.execute(authority.url(), "SELECT pg_terminate_backend(%s)".formatted(process));

            appending.join();
            server.execute("postgres", "SET synchronous_commit = local",
                    "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
            assertHolds("First", "Second");
        }
    }

    private String processInCommit(PostgresServer server, String event) {
        String sql = "SELECT pid FROM pg_stat_activity WHERE datname = '%s' AND query = 'COMMIT' AND wait_event = '%s'"
                .formatted(PostgresServer.databaseOf(authority.url()), event);
        for (int turn = 0; turn < 100; turn++) {
            List<String> found = server.query("postgres", sql);
            if (!found.isEmpty()) {
                return found.getFirst();
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("nobody commits: " + server.query("postgres",
                "SELECT query || ' ' || coalesce(wait_event, '') FROM pg_stat_activity"));
    }
}
