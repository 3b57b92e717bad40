package ctl.vm.team;

import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.Journal;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.Mismatch;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Ships the events of one root to the team's database, in order, each once.
 *
 * <p>It ships what stands in the mirror: such an event is durable in the root's own journal, and is never taken back.
 * Where to go on it asks the server. So it can be broken off at any moment, and several of these can ship one root at
 * once. After a failure it connects anew and asks again.
 */
public final class Shipper implements AutoCloseable {

    /** The server lacks events before these: it was restored, or a standby that was behind has taken its place. */
    private static final String GAP = "CT003";
    private static final String OTHER_HISTORY = "CT004";

    /** No such schema, table or function, or no right to it. */
    private static final Set<String> SCHEMA = Set.of("3F000", "42P01", "42883", "42501");

    private static final String POSITION = "SELECT sequence, hash FROM ctl_team.shipped(?)";

    /** How often it connects and asks where the server is, before that is a failure. */
    private static final int MOST_TRIES = 3;

    /** Of several shipments that are made from one look at the tables. */
    private static final int MOST_CHARACTERS = 1 << 23;

    private final Journal journal;
    private final PostgresServer server;
    private final Optional<RootId> copied;
    private Optional<Session> session = Optional.empty();
    private Optional<Journal.Feed> feed = Optional.empty();
    /** What the feed gave, and the server does not have yet. */
    private List<Journal.Feed.Entry> next = List.of();
    private long shipped;
    private long newest;

    /**
     * @param journal of the root
     * @param copied what identifies the root, where that is not its journal
     */
    public Shipper(Journal journal, PostgresServer server, Optional<RootId> copied) {
        this.journal = journal;
        this.server = server;
        this.copied = copied;
    }

    /** How far it is. @param shipped number of the newest event on the server @param newest of those of the root */
    public record Position(long shipped, long newest) {}

    private record Session(Connection connection, RootId root) {}

    /** Where it ships to. */
    public PostgresServer server() {
        return server;
    }

    /**
     * Ships what there is.
     *
     * @param progress is told after each batch; what it throws ends the shipping
     * @throws VmException HistoriesDiffer, ServerKnowsMore; what the server or the journal refuses
     */
    public Position ship(Consumer<Position> progress) {
        return talking(open -> {
            List<Shipment> shipments = prepared();
            while (!shipments.isEmpty()) {
                for (Shipment shipment : shipments) {
                    send(shipment, open);
                    progress.accept(position());
                }
                shipments = prepared();
            }
        });
    }

    /** Asks the server how far it is. */
    public Position begin() {
        return talking(_ -> {});
    }

    /** As {@link #ship}, and tells the server that the root is there, and how many events it has, where nothing is new. */
    public Position giveSignOfLife(Consumer<Position> progress) {
        ship(progress);
        return talking(open -> send(Shipment.signOfLife(newest), open));
    }

    /** Whether there is something to ship. Asks no server, and costs next to nothing where there is not. */
    public boolean hasMore() {
        if (next.isEmpty()) {
            next = feed.map(Journal.Feed::take).orElse(List.of());
        }
        return feed.isEmpty() ? root().isPresent() : !next.isEmpty();
    }

    private Position position() {
        return new Position(shipped, newest);
    }

    private void send(Shipment shipment, Session open) throws SQLException {
        shipped = shipment.send(open.connection(), open.root());
        newest = Math.max(shipped, shipment.newest());
    }

    /** Shipments of what the feed has, made from one look at the tables; none where it has nothing. */
    private List<Shipment> prepared() {
        return hasMore() ? journal.tables(this::shipments).orElse(List.of()) : List.of();
    }

    private List<Shipment> shipments(Journal.Tables tables) {
        List<Shipment> shipments = new ArrayList<>();
        long characters = 0;
        // What the mirror got after this look at the tables is for the next one.
        while (characters < MOST_CHARACTERS && hasMore()
                && next.getLast().recorded().sequence() <= tables.newest()) {
            int events = Math.min(next.size(), Shipment.MOST_EVENTS);
            Shipment shipment = Shipment.of(next.subList(0, events), tables);
            shipments.add(shipment);
            characters += shipment.characters();
            next = next.subList(events, next.size());
        }
        return shipments;
    }

    private interface Talk {
        void over(Session open) throws SQLException;
    }

    /** Says something to the server, which is asked first how far it is where there is no connection. */
    private Position talking(Talk talk) {
        for (int tries = 1;; tries++) {
            boolean isOld = session.isPresent();
            try {
                Optional<Session> open = session();
                if (open.isPresent()) {
                    talk.over(open.get());
                }
                return position();
            } catch (SQLException failure) {
                VmException problem = explained(failure);
                close();
                // A connection that was not used for a while may be gone, with the server as it was.
                boolean mayHelp = isOld || GAP.equals(failure.getSQLState());
                if (!mayHelp || tries == MOST_TRIES) {
                    throw problem;
                }
            } catch (RuntimeException | Error failure) {
                close();
                throw failure;
            }
        }
    }

    /** Empty as long as the root has no events. */
    private Optional<Session> session() throws SQLException {
        if (session.isEmpty()) {
            Optional<RootId> root = root();
            if (root.isPresent()) {
                session = Optional.of(new Session(server.connect(), root.get()));
                startBehind(askNewest(session.get()));
            }
        }
        return session;
    }

    private Optional<RootId> root() {
        return copied.or(journal::identity);
    }

    /** The newest event that the server has. */
    private record Newest(long sequence, String hash) {}

    private Newest askNewest(Session open) throws SQLException {
        try (PreparedStatement ask = open.connection().prepareStatement(POSITION)) {
            ask.setString(1, open.root().text());
            try (ResultSet answer = ask.executeQuery()) {
                answer.next();
                long sequence = answer.getLong(1);
                if (answer.wasNull()) {
                    throw new ServerFailure.NotShippedByLogin(server.toString(), server.user()).thrown();
                }
                var newest = new Newest(sequence, answer.getString(2));
                open.connection().commit();
                return newest;
            }
        }
    }

    /**
     * Goes on where the server is, whose newest event must be the one of this root. It is sent once more, as the server
     * compares it as well, together with what follows.
     */
    private void startBehind(Newest newestThere) {
        long there = newestThere.sequence();
        if (feed.isPresent() && there == shipped) {
            return;
        }
        closeFeed();
        Seal here = journal.seal();
        if (there > here.sequence()) {
            throw new Mismatch.ServerKnowsMore(server.toString(), there, here.sequence()).thrown();
        }
        shipped = there;
        newest = here.sequence();
        feed = Optional.of(journal.feed(OptionalLong.of(Math.max(0, there - 1))));
        next = feed.get().take();
        boolean differs = next.stream().findFirst().map(Journal.Feed.Entry::recorded)
                .filter(own -> own.sequence() == there && !own.hash().equals(newestThere.hash()))
                .isPresent();
        if (differs) {
            throw new Mismatch.HistoriesDiffer(server.toString(), there).thrown();
        }
    }

    private VmException explained(SQLException failure) {
        try {
            if (session.isPresent() && SCHEMA.contains(String.valueOf(failure.getSQLState()))) {
                Connection connection = session.get().connection();
                connection.rollback();
                return new TeamSchema(server).explained(failure, connection, TeamSchema.WRITERS);
            }
            return problem(failure);
        } catch (VmException known) {
            return known;
        } catch (SQLException broken) {
            return server.problem(broken);
        } catch (RuntimeException bug) {
            close();
            throw bug;
        }
    }

    private VmException problem(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (state.equals(TeamSchema.OTHER_LOGIN)) {
            return new ServerFailure.NotShippedByLogin(server.toString(), server.user()).thrown();
        }
        if (state.equals(OTHER_HISTORY)) {
            return new Mismatch.HistoriesDiffer(server.toString(), wrongEvent(failure)).thrown();
        }
        return server.problem(failure);
    }

    /** The function that takes shipments says it in DETAIL. */
    private static long wrongEvent(SQLException failure) {
        return Optional.of(failure)
                .map(refused -> refused instanceof PSQLException known ? known.getServerErrorMessage() : null)
                .map(ServerErrorMessage::getDetail)
                .filter(detail -> detail.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElseThrow(() -> new IllegalStateException("no event is named as the one that differs", failure));
    }

    /** Gives up the connection for a while: what ships next connects anew, and goes on where the server is. */
    public void disconnect() {
        session.ifPresent(open -> {
            try {
                open.connection().close();
            } catch (SQLException broken) {
                // Given up in any case; what was shipped is committed.
            }
        });
        session = Optional.empty();
    }

    @Override
    public void close() {
        disconnect();
        closeFeed();
    }

    private void closeFeed() {
        feed.ifPresent(Journal.Feed::close);
        feed = Optional.empty();
        next = List.of();
    }
}
