package ctl.vm.team;

import static ctl.vm.journal.json.Samples.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ctl.PostgresServer;
import ctl.Proxy;
import ctl.Servers;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.Journal;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.Samples;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shipping events as they come, over what happens to a server. */
final class FollowerTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Journal journal = new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private int recorded;

    @AfterEach
    void stop() {
        isStopped.set(true);
        threads.close();
    }

    @Test
    void events_asTheyCome_areOnTheServerWithinASecond() {
        TestTeam team = joined(Servers.shared());
        follow(team.as("writer_a"), Follower.Terms.UNTIL_STOPPED);
        await().atMost(SOON).until(() -> team.lines(journal).size() == 1);

        record(3);

        await().atMost(Duration.ofSeconds(2)).until(() -> team.lines(journal).size() == 4);
        assertThat(said).isEmpty();
    }

    @Test
    void server_killedAndStartedAgain_isToldOfOnceEach_andGetsEverything() {
        try (PostgresServer server = Servers.start(Servers.NEWEST, "fsync=on")) {
            TestTeam team = joined(server);
            follow(team.as("writer_a"), Follower.Terms.UNTIL_STOPPED);
            await().atMost(SOON).until(() -> team.lines(journal).size() == 1);

            server.kill();
            record(5);
            await().atMost(SOON).until(() -> said.contains("gone"));
            server.start();

            await().atMost(SOON).until(() -> said.contains("back"));
            await().atMost(SOON).until(() -> team.lines(journal).size() == 6);
            assertThat(said).containsExactly("gone", "back");
        }
    }

    @Test
    void server_thatHangs_keepsNobodyFromStopping() {
        TestTeam team = joined(Servers.shared());
        try (Proxy proxy = new Proxy(team.server().port())) {
            proxy.hangToServerAfter(10);
            Future<?> following = follow(team.through(proxy.port()), Follower.Terms.UNTIL_STOPPED);
            await().atMost(SOON).until(() -> said.contains("gone"));
            proxy.passAll();

            await().atMost(SOON).until(() -> team.lines(journal).size() == 1);
            isStopped.set(true);

            await().atMost(SOON).until(following::isDone);
        }
    }

    @Test
    void untilDone_whenNothingIsLeft_endsAfterAMomentAndNotBefore() throws Exception {
        TestTeam team = joined(Servers.shared());
        long begin = System.nanoTime();
        Future<?> following = follow(team.as("writer_a"), new Follower.Terms(
                Duration.ofSeconds(1), Duration.ofHours(1), _ -> true));

        following.get();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(team.lines(journal)).hasSize(1);
    }

    @Test
    void untilDone_inVain_endsWhenItsPatienceDoes() throws Exception {
        TestTeam team = joined(Servers.shared());
        try (Proxy proxy = new Proxy(team.server().port())) {
            proxy.cut();

            follow(team.through(proxy.port()), new Follower.Terms(
                    Duration.ofSeconds(1), Duration.ofSeconds(2), _ -> true)).get();
        }
        assertThat(said).containsExactly("gone");
    }

    @Test
    void login_thatDoesNotShipTheRoot_endsIt() {
        TestTeam team = joined(Servers.shared());

        assertThatThrownBy(() -> follow(team.as("writer_b"), Follower.Terms.UNTIL_STOPPED).get())
                .hasCauseInstanceOf(VmException.class)
                .extracting(failure -> ((VmException) failure.getCause()).problem())
                .isInstanceOf(ServerFailure.NotShippedByLogin.class);
    }

    @Test
    void finish_ofARootThatIsRefused_endsAfterAMinute_alsoWithEventsLeft(@TempDir Path root) throws Exception {
        TestTeam team = TestTeam.on(Servers.shared());
        Journal own = TestTeam.journal(root);
        own.append(new OperationId("20261130-120501-0001"), found("Box"));
        team.join(own, "refused");

        // Refused, as another login ships the root.
        threads.submit(() -> finish(joined(team.as("writer_b"), own, root))).get(20, TimeUnit.SECONDS);

        assertThat(team.lines(own)).isEmpty();
        ShippingLock.tryTake(folder(root)).orElseThrow().close();
    }

    @Test
    void finish_ofARootWithoutEvents_ends(@TempDir Path root) throws Exception {
        TestTeam team = TestTeam.on(Servers.shared());
        Files.createDirectories(Layout.at(root).journal());
        Journal own = TestTeam.journal(root);

        threads.submit(() -> finish(joined(team.as("writer_a"), own, root))).get(20, TimeUnit.SECONDS);

        assertThat(own.identity()).isEmpty();
    }

    @Test
    void finish_ofARootThatGetsAnIdentityOfItsOwn_shipsUnderThat_andEndsWhereItLeaves(@TempDir Path root)
            throws Exception {
        TestTeam team = TestTeam.on(Servers.shared());
        Journal own = TestTeam.journal(root);
        own.append(new OperationId("20261130-120501-0001"), found("Box"));
        team.join(own, "refused");
        RootId id = new RootId("c0".repeat(32));
        team.join(id, "copy", "writer_b");
        JoinedRoot before = joined(team.as("writer_b"), own, root);
        var copy = new JoinedRoot(new Membership(before.server().url(), "copy", Optional.of(id)), before.server(), own,
                before.folder(), before.nanoTime(), before.random());
        var looks = new AtomicInteger();

        threads.submit(() -> before.finish(isStopped::get,
                () -> Optional.of(looks.incrementAndGet() < 3 ? before : copy))).get(20, TimeUnit.SECONDS);

        assertThat(Servers.shared().query(team.url(), "SELECT count(*)::text FROM ctl_team.event e"
                + " JOIN ctl_team.root r ON r.number = e.root WHERE r.name = 'copy'")).containsExactly("1");
        threads.submit(() -> before.finish(isStopped::get, Optional::empty)).get(20, TimeUnit.SECONDS);
        assertThat(team.lines(own)).isEmpty();
    }

    private void finish(JoinedRoot root) {
        root.finish(isStopped::get, () -> Optional.of(root));
    }

    /** With a clock on which a minute takes two seconds. */
    private static JoinedRoot joined(ctl.vm.postgres.PostgresServer server, Journal own, Path root) {
        return new JoinedRoot(new Membership(server.url(), "followed", Optional.empty()), server, own, folder(root),
                () -> System.nanoTime() * 30, new Random());
    }

    private static JournalFolder folder(Path root) {
        return new JournalFolder(Layout.at(root), new LinuxDisk());
    }

    private TestTeam joined(PostgresServer server) {
        TestTeam team = TestTeam.on(server);
        record(1);
        team.join(journal, "followed");
        return team;
    }

    private void record(int events) {
        for (int event = 0; event < events; event++) {
            recorded++;
            journal.append(new OperationId("20261130-120501-%04x".formatted(recorded)), found("Box" + recorded));
        }
    }

    private Future<?> follow(ctl.vm.postgres.PostgresServer server, Follower.Terms terms) {
        var listener = new Follower.Listener() {
            @Override
            public void isGone(Problem problem) {
                said.add("gone");
            }

            @Override
            public void isBack() {
                said.add("back");
            }

            @Override
            public void isAt(Shipper.Position position) {
                assertThat(position.shipped()).isLessThanOrEqualTo(position.newest());
            }
        };
        return threads.submit(() -> new Follower(new Shipper(journal, server, Optional.empty()), terms, isStopped::get,
                listener, System::nanoTime, new Random()).run());
    }
}
