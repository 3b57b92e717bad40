package ctl.vm.team;

import ctl.PostgresServer;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.Journal;
import ctl.vm.journal.h2.H2JournalTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A team's database on a server of the tests, with the schema in it, and nothing else.
 *
 * @param url for its owner
 */
record TestTeam(PostgresServer server, String url) {

    /** Of each server: its database with the schema, which others are copied from. */
    private static final Map<PostgresServer, String> TEMPLATES = new ConcurrentHashMap<>();

    static TestTeam on(PostgresServer server) {
        return new TestTeam(server, server.copyOf(TEMPLATES.computeIfAbsent(server, TestTeam::template)));
    }

    private static String template(PostgresServer server) {
        String url = server.newDatabase();
        ctl.vm.postgres.PostgresServer reached = reached(url);
        try (Connection connection = reached.connect()) {
            new TeamSchema(reached).make(connection);
            return url;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The database as a login that ships finds it. */
    ctl.vm.postgres.PostgresServer as(String login) {
        return reached(PostgresServer.as(login, url));
    }

    /** The same through a proxy. */
    ctl.vm.postgres.PostgresServer through(int port) {
        return reached(PostgresServer.through(port, PostgresServer.as("writer_a", url)));
    }

    private static ctl.vm.postgres.PostgresServer reached(String url) {
        return ctl.vm.postgres.PostgresServer.of(url + "?sslmode=disable", Map.of("PGPASSFILE", "/dev/null"));
    }

    /** Makes the root known, as the login {@code writer_a}. */
    void join(Journal journal, String name) {
        join(journal.identity().orElseThrow(), name, "writer_a");
    }

    void join(RootId root, String name, String login) {
        try (Connection connection = server.connect(PostgresServer.as(login, url));
                PreparedStatement join = connection.prepareStatement("SELECT ctl_team.join_root(?, ?)")) {
            join.setString(1, root.text());
            join.setString(2, name);
            join.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Shipper shipper(Journal journal) {
        return new Shipper(journal, as("writer_a"), Optional.empty());
    }

    /** The lines of all events that are there, in order. */
    List<String> lines(Journal journal) {
        return server.query(url, "SELECT line FROM ctl_team.event WHERE root = %s ORDER BY sequence"
                .formatted(number(journal)));
    }

    /** The rows of a table as text, without the number of the root. */
    List<String> rows(Journal journal, String table) {
        return server.query(url,
                "SELECT (to_jsonb(t) - 'root')::text AS row FROM ctl_team.%s t WHERE root = %s ORDER BY row"
                        .formatted(table, number(journal)));
    }

    private String number(Journal journal) {
        return server.query(url, "SELECT number FROM ctl_team.root WHERE id = '%s'"
                .formatted(journal.identity().orElseThrow().text())).getFirst();
    }

    /** What {@link #rows} gives for rows that are given as JSON. */
    List<String> rowsOf(String json, String table) {
        return server.query(url,
                "SELECT (to_jsonb(t) - 'root')::text AS row"
                        + " FROM json_populate_recordset(NULL::ctl_team.%s, $$%s$$) t ORDER BY row"
                                .formatted(table, json));
    }

    /** A root in that folder. */
    static Journal journal(Path root) {
        return H2JournalTest.open(Layout.at(root));
    }

    static List<String> mirror(Path root) {
        try {
            return Files.readAllLines(Layout.at(root).mirror());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
