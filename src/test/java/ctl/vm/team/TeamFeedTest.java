package ctl.vm.team;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.PostgresServer;
import ctl.Proxy;
import ctl.Servers;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.json.Samples;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who follows the events of a team's roots. */
@Timeout(120)
class TeamFeedTest {

    private static final int ROOTS = 8;
    private static final int EVENTS = 60;

    private final TeamServer team = TeamServer.create();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    /**
     * Eight roots ship at once, in batches of any size, and a ninth joins meanwhile; the reader's connection is ended by
     * the server, cut, and cut in the midst of an answer.
     */
    @Test
    void follow_overConnectionsThatBreakAnywhere_missesNothingAndRepeatsNothing() throws Exception {
        long seed = new Random().nextLong();
        var handed = new ConcurrentLinkedQueue<TeamFeed.Entry>();
        var isDone = new AtomicBoolean();
        List<TeamServer.ShippingRoot> roots = IntStream.range(0, ROOTS)
                .mapToObj(number -> join("root" + number, 1)).toList();
        try (Proxy proxy = new Proxy(team.server().port())) {
            CompletableFuture<Void> reader = follow(
                    PostgresServer.through(proxy.port(), team.readerUrl()), OptionalLong.empty(), handed, isDone);
            // What comes from now on is wanted: the reader has asked where the roots are.
            await(() -> !team.query("SELECT 1 FROM pg_stat_activity WHERE usename = 'reader'"
                    + " AND datname = current_database() AND query LIKE '%local_sequence%' AND state = 'idle'")
                    .isEmpty());
            List<CompletableFuture<Void>> shippers = new ArrayList<>();
            for (int number = 0; number < ROOTS; number++) {
                TeamServer.ShippingRoot root = roots.get(number);
                Random random = new Random(seed + number);
                shippers.add(CompletableFuture.runAsync(() -> shipAll(root, random), threads));
            }
            Random random = new Random(seed);
            boolean hasJoined = false;
            while (!shippers.stream().allMatch(CompletableFuture::isDone)) {
                Thread.sleep(random.nextInt(150));
                switch (random.nextInt(3)) {
                    case 0 -> team.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE usename = 'reader' AND datname = current_database()");
                    case 1 -> proxy.cut();
                    default -> proxy.cutToClientAfter(random.nextInt(3000));
                }
                Thread.sleep(100);
                proxy.passAll();
                if (!hasJoined) {
                    join("late", EVENTS).ship();
                    hasJoined = true;
                }
            }
            proxy.passAll();
            int expected = ROOTS * (EVENTS - 1) + EVENTS;
            await(() -> handed.size() >= expected);
            Thread.sleep(1500);
            isDone.set(true);
            join("end", 1).ship();
            reader.join();
        }

        Map<String, List<Long>> perRoot = new LinkedHashMap<>();
        handed.forEach(entry -> perRoot.computeIfAbsent(entry.root(), _ -> new ArrayList<>())
                .add(entry.recorded().sequence()));
        for (int number = 0; number < ROOTS; number++) {
            assertThat(perRoot.get("root" + number)).as("seed %d", seed)
                    .containsExactlyElementsOf(LongStream.rangeClosed(2, EVENTS).boxed().toList());
        }
        assertThat(perRoot.get("late")).as("seed %d", seed)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, EVENTS).boxed().toList());
        assertThat(handed.stream().map(TeamFeed.Entry::line)).as("seed %d", seed).doesNotHaveDuplicates();
    }

    @Test
    void follow_aServerThatIsStartedAgain_goesOnAndSaysSoOnce() throws Exception {
        try (PostgresServer server = Servers.start(Servers.NEWEST, "fsync=on")) {
            TeamServer own = TeamServer.create(server);
            TeamServer.ShippingRoot root = own.join("hosta", journal("hosta", 5)).ship(1);
            var handed = new ConcurrentLinkedQueue<TeamFeed.Entry>();
            List<String> warnings = new CopyOnWriteArrayList<>();
            var isDone = new AtomicBoolean();
            CompletableFuture<Void> reader = follow(own.readerUrl(), OptionalLong.of(0), handed, isDone, warnings);
            await(() -> handed.size() == 1);
            server.stop();
            await(() -> !warnings.isEmpty());
            Thread.sleep(1000);
            server.start();
            root.ship(4);
            await(() -> handed.size() == 4);
            isDone.set(true);
            root.ship(5);
            reader.join();

            assertThat(handed.stream().map(entry -> entry.recorded().sequence())).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(warnings).containsExactly("the team's server does not answer: waiting for it",
                    "the team's server answers again: nothing was missed");
        }
    }

    @Test
    void follow_oneRootBehindAnEvent_handsOverWhatComesBehindIt() {
        team.join("hosta", journal("hosta", 6)).ship();
        team.join("hostb", journal("hostb", 3)).ship();

        assertThat(taken("hosta", OptionalLong.of(4), 2)).containsExactly(5L, 6L);
        assertThat(taken("hosta", OptionalLong.of(0), 6)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void follow_anEventThatWasChangedOnTheServer_saysWhichOne() {
        team.join("hosta", journal("hosta", 3)).ship();
        team.execute("ALTER TABLE ctl_team.event DISABLE TRIGGER USER",
                "UPDATE ctl_team.event SET line = replace(line, 'hosta-2', 'hosta-9') WHERE sequence = 2");

        assertThatThrownBy(() -> taken("hosta", OptionalLong.of(0), 3))
                .isInstanceOfSatisfying(VmException.class, failed -> assertThat(failed.problem()).isEqualTo(
                        new Failure.TeamDamaged("hosta", "event 2: its hash is not that of its content")));
    }

    private List<Long> taken(String root, OptionalLong after, int count) {
        List<Long> taken = new ArrayList<>();
        try (var database = database(team.readerUrl())) {
            new TeamFeed(database, Optional.of(root), _ -> {}).follow(after, entry -> {
                taken.add(entry.recorded().sequence());
                return taken.size() < count;
            });
        }
        return taken;
    }

    private CompletableFuture<Void> follow(String url, OptionalLong after,
            ConcurrentLinkedQueue<TeamFeed.Entry> handed, AtomicBoolean isDone) {
        return follow(url, after, handed, isDone, new ArrayList<>());
    }

    private CompletableFuture<Void> follow(String url, OptionalLong after,
            ConcurrentLinkedQueue<TeamFeed.Entry> handed, AtomicBoolean isDone, List<String> warnings) {
        return CompletableFuture.runAsync(() -> {
            try (var database = database(url)) {
                new TeamFeed(database, Optional.empty(), warnings::add).follow(after, entry -> {
                    handed.add(entry);
                    return !isDone.get();
                });
            }
        }, threads);
    }

    private static TeamDatabase database(String url) {
        return new TeamDatabase(ctl.vm.postgres.PostgresServer.of(url, Map.of()));
    }

    private static void shipAll(TeamServer.ShippingRoot root, Random random) {
        long shipped = 1;
        while (shipped < EVENTS) {
            shipped = Math.min(EVENTS, shipped + 1 + random.nextInt(12));
            root.ship(shipped);
        }
    }

    /** Joins, and ships the first event where that is the only one. */
    private TeamServer.ShippingRoot join(String name, int events) {
        TeamServer.ShippingRoot root = team.join(name, journal(name, Math.max(events, EVENTS)));
        return events == 1 ? root.ship(1) : root;
    }

    private static InMemoryJournal journal(String name, int events) {
        var journal = new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
        IntStream.rangeClosed(1, events).forEach(
                number -> journal.append(operation(1), found(name + "-" + number)));
        return journal;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(50);
        }
    }
}
