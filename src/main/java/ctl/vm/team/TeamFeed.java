package ctl.vm.team;

import ctl.vm.inventory.Recorded;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.Head;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.VmException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.postgresql.PGConnection;

/**
 * The events of a team's roots as they come in, each once, and those of a root in their order.
 *
 * <p>It remembers a position for each root: within a root events become visible in the order of their numbers, as each
 * shipment holds the row of its root. A notification of the server only ends a pause early: who gets none looks a
 * second later. So nothing depends on a connection, and one that breaks is made again.
 */
public final class TeamFeed {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final int PAGE_ROWS = 1000;
    private static final int FEWEST_ROWS = 10;

    private final TeamDatabase database;
    private final Optional<String> root;
    private final Consumer<String> warnings;
    private final Map<Integer, CheckedEvents> positions = new HashMap<>();
    private boolean isListening;

    /**
     * @param root the name of the only root to follow; all where it is empty
     * @param warnings is given a line where the server is gone, and one when it is back
     */
    public TeamFeed(TeamDatabase database, Optional<String> root, Consumer<String> warnings) {
        this.database = database;
        this.root = root;
        this.warnings = warnings;
    }

    /** An event of a root. @param line as it stands in the mirror of that root */
    public record Entry(String root, Recorded recorded, String line) {}

    /** A line that has not been checked yet. */
    private record Line(TeamRoot root, String text) {}

    /**
     * Hands over events until the reader has enough. Of a root that joins later, all are new.
     *
     * @param after number of the last event that the reader has of the one root; empty where only what comes is wanted
     * @throws VmException NoSuchTeamRoot; TeamDamaged; what keeps the server from answering at the beginning
     */
    public void follow(OptionalLong after, Predicate<Entry> wantsMore) {
        start(after);
        Optional<Duration> away = Optional.empty();
        boolean goesOn = true;
        while (goesOn) {
            try {
                List<Line> lines = take();
                if (away.isPresent()) {
                    away = Optional.empty();
                    warnings.accept("the team's server answers again: nothing was missed");
                }
                goesOn = lines.stream().allMatch(line -> handOver(line, wantsMore));
                if (lines.isEmpty()) {
                    awaitNotification();
                }
            } catch (VmException failed) {
                if (!PostgresServer.mayPass(failed.problem())) {
                    throw failed;
                }
                forgetConnection();
                if (away.isEmpty()) {
                    warnings.accept("the team's server does not answer: waiting for it");
                }
                Duration pause = away.map(last -> last.multipliedBy(2)).orElse(PAUSE);
                away = Optional.of(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
                goesOn = sleep(away.get());
            }
        }
    }

    private void start(OptionalLong after) {
        TeamRoots roots = database.roots();
        for (TeamRoot followed : root.map(name -> List.of(roots.named(name))).orElseGet(roots::all)) {
            positions.put(followed.number(), after.isPresent()
                    ? CheckedEvents.behind(followed.name(), after.getAsLong())
                    : new CheckedEvents(followed.name(), new Head(followed.sequence(), followed.hash())));
        }
    }

    /** What has come since, a page at the most. Positions stay as they are. */
    private List<Line> take() {
        listen();
        Map<Integer, TeamRoot> ahead = new LinkedHashMap<>();
        for (TeamRoot candidate : database.roots().all()) {
            boolean isFollowed = root.isEmpty() || positions.containsKey(candidate.number());
            if (isFollowed && candidate.sequence() > position(candidate).sequence()) {
                ahead.put(candidate.number(), candidate);
            }
        }
        // A few of each, so that a root that never rests keeps none waiting.
        int rows = Math.clamp(PAGE_ROWS / Math.max(1, ahead.size()), FEWEST_ROWS, PAGE_ROWS);
        return ahead.isEmpty()
                ? List.of()
                : database.query("""
                SELECT behind.root, event.line
                FROM unnest(?::INTEGER[], ?::BIGINT[]) AS behind (root, sequence) CROSS JOIN LATERAL (
                    SELECT sequence, line FROM ctl_team.event
                    WHERE event.root = behind.root AND event.sequence > behind.sequence
                    ORDER BY event.sequence LIMIT %d) AS event
                ORDER BY behind.root, event.sequence""".formatted(rows),
                        row -> new Line(ahead.get(row.getInt(1)), row.getString(2)),
                        ahead.keySet().toArray(Integer[]::new),
                        ahead.values().stream().map(one -> position(one).sequence()).toArray(Long[]::new));
    }

    private CheckedEvents position(TeamRoot of) {
        return positions.computeIfAbsent(of.number(), _ -> new CheckedEvents(of.name(), Head.BEGINNING));
    }

    private boolean handOver(Line line, Predicate<Entry> wantsMore) {
        Recorded recorded = position(line.root()).next(new EventLine(line.text()));
        return wantsMore.test(new Entry(line.root().name(), recorded, line.text()));
    }

    /** Once for each connection. */
    private void listen() {
        if (!isListening) {
            database.onConnection(connection -> {
                try (Statement listen = connection.createStatement()) {
                    listen.execute("LISTEN ctl_team");
                }
            });
            isListening = true;
        }
    }

    private void awaitNotification() {
        database.onConnection(connection -> connection.unwrap(PGConnection.class)
                .getNotifications(Math.toIntExact(PAUSE.toMillis())));
    }

    private void forgetConnection() {
        database.close();
        isListening = false;
    }

    private static boolean sleep(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
