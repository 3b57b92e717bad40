package ctl.vm.team;

import ctl.PostgresServer;
import ctl.Servers;
import ctl.vm.journal.Journal;
import ctl.vm.journal.Journal.Feed.Entry;
import ctl.vm.journal.Journal.Tables.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A team's database on a real server, and roots that ship to it: the events and rows of real journals, through the
 * functions that a root calls.
 */
public final class TeamServer {

    private static final int BATCH = 1000;
    private static final Map<Integer, String> TEMPLATES = new HashMap<>();

    private final PostgresServer server;
    private final String url;

    private TeamServer(PostgresServer server, String url) {
        this.server = server;
        this.url = url;
    }

    /** A new database of the newest server that all tests share. */
    public static TeamServer create() {
        return create(Servers.shared());
    }

    /** A new database of this server. */
    public static TeamServer create(PostgresServer server) {
        synchronized (TEMPLATES) {
            String template = TEMPLATES.computeIfAbsent(server.port(), _ -> {
                String made = server.newDatabase();
                apply(server, made);
                return made;
            });
            return new TeamServer(server, server.copyOf(template));
        }
    }

    private static void apply(PostgresServer server, String url) {
        var owner = ctl.vm.postgres.PostgresServer.of(PostgresServer.as("owner", url), Map.of());
        try (Connection connection = owner.connect()) {
            new TeamSchema(owner).make(connection);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public PostgresServer server() {
        return server;
    }

    /** For a login that asks. */
    public String readerUrl() {
        return PostgresServer.as("reader", url);
    }

    /** Executes statements that no program of ours would. */
    public void execute(String... statements) {
        server.execute(url, statements);
    }

    /** The first column of an answer. */
    public List<String> query(String sql) {
        return server.query(url, sql);
    }

    /** A journal that ships here, under a name. Its first event must be there. */
    public ShippingRoot join(String name, Journal journal) {
        return new ShippingRoot(name, journal);
    }

    /** A root that ships. */
    public final class ShippingRoot {

        private final Journal journal;
        private final String id;
        private long shipped;

        private ShippingRoot(String name, Journal journal) {
            this.journal = journal;
            this.id = journal.identity().orElseThrow().text();
            call("SELECT ctl_team.join_root(?, ?)", id, name);
        }

        /** Ships what is new. */
        public ShippingRoot ship() {
            return ship(Long.MAX_VALUE);
        }

        /** Ships no event that is newer than this one. */
        public ShippingRoot ship(long newest) {
            Journal.Feed feed = journal.feed(OptionalLong.of(shipped));
            for (List<Entry> entries = feed.take(); !entries.isEmpty(); entries = feed.take()) {
                List<Entry> wanted = entries.stream().filter(entry -> entry.recorded().sequence() <= newest).toList();
                for (int from = 0; from < wanted.size(); from += BATCH) {
                    ship(wanted.subList(from, Math.min(wanted.size(), from + BATCH)));
                }
            }
            return this;
        }

        private void ship(List<Entry> batch) {
            Journal.Changed changed = Journal.Changed.by(batch.stream().map(Entry::recorded).toList());
            Rows rows = journal.tables(tables -> tables.rows(changed)).orElseThrow();
            call("SELECT ctl_team.ship(?, ?, ?, ?::json, ?::json, ?, ?::json, ?::json)",
                    id, journal.seal().sequence(),
                    batch.stream().map(Entry::json).toArray(String[]::new),
                    rows.entries(), rows.names(),
                    changed.vms().stream().map(Object::toString).toArray(String[]::new),
                    rows.vms(), rows.images());
            shipped = changed.last();
        }

        private void call(String sql, Object... parameters) {
            try (Connection writer = server.connect(PostgresServer.as("writer_a", url));
                    PreparedStatement statement = writer.prepareStatement(sql)) {
                for (int index = 0; index < parameters.length; index++) {
                    statement.setObject(index + 1, parameters[index] instanceof String[] texts
                            ? writer.createArrayOf("text", texts)
                            : parameters[index]);
                }
                statement.execute();
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }
}
