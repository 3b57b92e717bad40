package ctl.vm.team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.Servers;
import ctl.vm.journal.json.HashedLine;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

/** The schema of a team's database: who may make it, and what those who may ship or read can do beyond that. */
@Timeout(120)
@ParameterizedClass
@MethodSource("versions")
class TeamSchemaTest {

    private static final String ROOT = "a".repeat(64);
    private static final String OTHER = "b".repeat(64);
    private static final String ZEROS = "0".repeat(64);

    @Parameter
    private int version;

    static List<Integer> versions() {
        return Servers.versions();
    }

    @Test
    void schema_missing_isMadeByWhoMayMakeOne_andOnlyOnce() throws SQLException {
        String url = server().newDatabase();

        assertThat(problem(url, "writer_a", TeamSchema.WRITERS)).isInstanceOf(ServerFailure.SchemaMissing.class);
        assertThat(catchThrowableOfType(VmException.class, () -> make(url, "writer_a")).problem())
                .as("may not").isInstanceOf(ServerFailure.SchemaMissing.class);
        assertThat(make(url, "owner")).isTrue();
        assertThat(make(url, "owner")).isFalse();
        assertThat(make(url, "writer_a")).as("nothing to do").isFalse();
        for (String login : List.of("writer_a", "reader")) {
            try (Connection connection = of(url, login).connect()) {
                new TeamSchema(of(url, login)).require(connection, TeamSchema.READERS);
            }
        }
        try (var asked = new TeamDatabase(of(url, "writer_a"))) {
            assertThat(catchThrowableOfType(VmException.class, asked::roots).problem()).isEqualTo(
                    new ServerFailure.NoServerRights(
                            of(url, "writer_a").toString(), "writer_a", Optional.of("ctl_reader")));
        }
        server().execute("postgres", "DO $$ BEGIN CREATE ROLE stranger LOGIN;"
                + " EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        assertThat(problem(url, "stranger", TeamSchema.WRITERS)).isEqualTo(new ServerFailure.NoServerRights(
                of(url, "stranger").toString(), "stranger", Optional.of("ctl_writer")));
    }

    @Test
    void schema_madeByAnotherHost_whileALoginThatMayNotLooks_isThere() throws SQLException {
        String url = server().newDatabase();
        AtomicInteger statements = new AtomicInteger();

        try (Connection writer = of(url, "writer_a").connect()) {
            Connection watched = (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                        // The first one asked for the version.
                        if (method.getName().equals("createStatement") && statements.incrementAndGet() == 2) {
                            make(url, "owner");
                        }
                        return method.invoke(writer, arguments);
                    });
            assertThat(new TeamSchema(of(url, "writer_a")).make(watched)).isFalse();
        }
        assertThat(statements.get()).isGreaterThan(2);
    }

    @Test
    void schema_madeByItsPrintedStatements_isTheSame() throws SQLException {
        String url = server().newDatabase();
        String script = TeamSchema.script(0);
        assertThat(script).contains("\n\\set ON_ERROR_STOP on\n");
        try (Connection owner = server().connect(url)) {
            execute(owner, script.replace("\\set ON_ERROR_STOP on\n", ""));
        }

        Flyway.configure().dataSource("jdbc:" + url.replace("owner@", "") + "?user=owner", null, null)
                .locations("classpath:db/team").defaultSchema(TeamSchema.NAME).loggers().load().validate();
        assertThat(make(url, "owner")).isFalse();
        try (Connection writer = joined(url)) {
            assertThat(ship(writer, ROOT, lines(2))).isEqualTo(2);
        }
        String tables = "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable"
                + " FROM information_schema.columns WHERE table_schema = 'ctl_team' ORDER BY 1";
        assertThat(server().query(url, tables)).isEqualTo(server().query(team(), tables));
        assertThat(TeamSchema.script(TeamSchema.VERSION)).doesNotContain("CREATE");
    }

    @Test
    void schema_ofAnotherVersion_isRefused() {
        String url = team();
        server().execute(url, "INSERT INTO ctl_team.flyway_schema_history"
                + " SELECT 1000, '1000', 'later', 'SQL', 'V1000__later.sql', 0, 'owner', now(), 1, true");
        assertThat(problem(url, "writer_a", TeamSchema.WRITERS)).isEqualTo(new ServerFailure.SchemaTooNew(
                of(url, "writer_a").toString(), "ctl_team", "1000", "" + TeamSchema.VERSION));
        assertThat(catchThrowableOfType(VmException.class, () -> make(url, "owner")).problem())
                .isInstanceOf(ServerFailure.SchemaTooNew.class);
        server().execute(url, "UPDATE ctl_team.flyway_schema_history SET version = '0'");
        assertThat(problem(url, "writer_a", TeamSchema.WRITERS)).isEqualTo(new ServerFailure.SchemaTooOld(
                of(url, "writer_a").toString(), "ctl_team", "0", "" + TeamSchema.VERSION));
    }

    @Test
    void database_inAnotherEncoding_isRefused() {
        server().execute("postgres",
                "CREATE DATABASE latin_%d TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' OWNER owner"
                        .formatted(System.nanoTime()));
        String url = server().url("owner", server().query("postgres",
                "SELECT max(datname) FROM pg_database WHERE datname LIKE 'latin_%'").getFirst());

        assertThatThrownBy(() -> make(url, "owner")).isInstanceOf(VmException.class).hasMessageContaining("UTF8");
        assertThat(server().query(url, "SELECT nspname FROM pg_namespace WHERE nspname = 'ctl_team'"
                + " AND EXISTS (SELECT FROM pg_class WHERE relnamespace = pg_namespace.oid AND relname = 'event')"))
                .isEmpty();
    }

    @Test
    void shipment_inOrder_isTakenOnce() throws SQLException {
        List<String> lines = lines(5);
        try (Connection writer = joined(team())) {
            assertThat(ship(writer, ROOT, lines.subList(0, 3))).isEqualTo(3);
            assertThat(ship(writer, ROOT, lines.subList(0, 3))).as("again").isEqualTo(3);
            assertThat(ship(writer, ROOT, lines)).as("with two that are new").isEqualTo(5);
            assertThat(ship(writer, ROOT, List.of())).as("none").isEqualTo(5);
            assertThat(
                    ask(writer, "SELECT name || ' ' || sequence || ' ' || hash FROM ctl_team.shipped('" + ROOT + "')"))
                    .isEqualTo("here 5 " + new HashedLine(lines.get(4)).hash());
        }
    }

    @Test
    void shipment_thatDoesNotFollow_isRefusedWhole() throws SQLException {
        List<String> lines = lines(6);
        List<String> fork = new ArrayList<>(lines.subList(0, 2));
        fork.add(line(3, new HashedLine(lines.get(1)).hash(), "forked"));
        List<String> unlinked = List.of(lines.get(3), line(5, ZEROS, "unlinked"));
        Map<String, List<String>> wrong = Map.of(
                "CT003 a gap before it", lines.subList(4, 6),
                "CT003 a gap in it", List.of(lines.get(3), lines.get(5)),
                "CT003 an event twice", List.of(lines.get(3), lines.get(3)),
                "CT003 backwards", List.of(lines.get(4), lines.get(3)),
                "CT004 another event 3", fork,
                "CT004 a wrong link", unlinked,
                "CT005 changed", List.of(lines.get(3).replace("event 4", "event X")),
                "CT005 no event", List.of("{}"),
                "CT005 no sequence", List.of(HashedLine.seal("{\"previous\":\"" + ZEROS + "\"}").text()),
                "CT005 sequence 04", List.of(line(4, new HashedLine(lines.get(2)).hash(), "x")
                        .replace("\"sequence\":4", "\"sequence\":04")));
        String url = team();
        try (Connection writer = joined(url)) {
            ship(writer, ROOT, lines.subList(0, 3));
            wrong.forEach((name, batch) -> assertThat(state(() -> ship(writer, ROOT, batch))).as(name)
                    .isEqualTo(name.substring(0, 5)));
            assertThat(state(() -> ship(writer, ROOT, Arrays.asList((String) null)))).isEqualTo("CT005");
            assertThat(state(() -> ship(writer, ROOT, lines(1001)))).isEqualTo("CT007");
            assertThat(state(() -> ship(writer, ROOT, List.of(lines.get(3) + "\0")))).as("NUL").isEqualTo("22021");
            assertThat(ship(writer, ROOT, lines.subList(3, 6))).as("nothing of it stayed").isEqualTo(6);
        }
        assertThat(server().query(url, "SELECT line FROM ctl_team.event ORDER BY sequence")).isEqualTo(lines);
    }

    @Test
    void shipment_fromTwoSessionsAtOnce_isTakenOnce() throws Exception {
        String url = team();
        joined(url).close();
        List<String> lines = lines(600);
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Long>> ends = new ArrayList<>();
            for (int session = 0; session < 3; session++) {
                ends.add(threads.submit(() -> {
                    try (Connection writer = of(url, "writer_a").connect()) {
                        long end = 0;
                        for (int from = 0; from < lines.size(); from += 20) {
                            end = ship(writer, ROOT, lines.subList(from, from + 20));
                        }
                        return end;
                    }
                }));
            }
            for (Future<Long> end : ends) {
                assertThat(end.get()).isEqualTo(600);
            }
        }
        assertThat(server().query(url, "SELECT line FROM ctl_team.event ORDER BY sequence")).isEqualTo(lines);
    }

    @Test
    void root_ofAnotherLogin_isNeitherShippedNorJoinedNorShown() throws SQLException {
        String url = team();
        joined(url).close();
        try (Connection other = of(url, "writer_b").connect()) {
            assertThat(state(() -> ship(other, ROOT, lines(1)))).isEqualTo("CT001");
            assertThat(state(() -> ship(other, OTHER, lines(1)))).as("not known").isEqualTo("CT001");
            assertThat(state(() -> join(other, ROOT, "mine"))).isEqualTo("CT001");
            assertThat(state(() -> join(other, OTHER, "here"))).as("the name of another").isEqualTo("CT002");
            assertThat(state(() -> join(other, OTHER, "a/b"))).isEqualTo("23514");
            assertThat(state(() -> join(other, "x", "b"))).isEqualTo("23514");
            assertThat(ask(other, "SELECT count(*) FROM ctl_team.shipped('" + ROOT + "') WHERE sequence IS NOT NULL"))
                    .isEqualTo("0");
        }
    }

    @Test
    void writer_triesMoreThanToShip_isRefused() throws SQLException {
        String url = team();
        try (Connection writer = joined(url)) {
            ship(writer, ROOT, lines(2));
            for (String sql : List.of("SELECT line FROM ctl_team.event", "SELECT * FROM ctl_team.root",
                    "INSERT INTO ctl_team.event VALUES (1, 3, '', '')",
                    "UPDATE ctl_team.root SET owner = 'writer_b'", "DELETE FROM ctl_team.event",
                    "TRUNCATE ctl_team.event", "COPY ctl_team.event FROM STDIN", "COPY ctl_team.event TO STDOUT",
                    "COPY (SELECT 1) TO PROGRAM 'true'", "ALTER TABLE ctl_team.event DISABLE TRIGGER ALL",
                    "DROP TRIGGER event_never_changed ON ctl_team.event", "CREATE TABLE ctl_team.mine (a INT)",
                    "CREATE OR REPLACE FUNCTION ctl_team.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
                    "SET session_replication_role = replica", "SET ROLE owner", "SET SESSION AUTHORIZATION owner",
                    "SELECT nextval('ctl_team.root_number_seq')", "LOCK TABLE ctl_team.event",
                    "CREATE TRIGGER mine BEFORE INSERT ON ctl_team.event EXECUTE FUNCTION ctl_team.refuse_change()",
                    "SELECT ctl_team.refuse_change()", "GRANT ctl_reader TO writer_a",
                    "ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT ALL ON TABLES TO writer_a")) {
                assertThat(state(() -> execute(writer, sql))).as(sql).isIn("42501", "0A000", "42809");
            }
        }
    }

    @Test
    void reader_triesMoreThanToRead_isRefused() throws SQLException {
        String url = team();
        joined(url).close();
        try (Connection reader = of(url, "reader").connect()) {
            for (String table : List.of("root", "event", "audit_entry", "vm_name", "vm", "image")) {
                execute(reader, "SELECT * FROM ctl_team." + table);
                for (String sql : List.of("DELETE FROM ctl_team.%s", "TRUNCATE ctl_team.%s",
                        "INSERT INTO ctl_team.%s DEFAULT VALUES", "SELECT * FROM ctl_team.%s FOR UPDATE",
                        "ALTER TABLE ctl_team.%s ADD COLUMN a INT")) {
                    assertThat(state(() -> execute(reader, sql.formatted(table)))).as(sql, table).isEqualTo("42501");
                }
            }
            assertThat(state(() -> join(reader, OTHER, "mine"))).isEqualTo("42501");
            assertThat(state(() -> ship(reader, ROOT, lines(1)))).isEqualTo("42501");
            assertThat(state(() -> execute(reader, "SELECT ctl_team.shipped('" + ROOT + "')"))).isEqualTo("42501");
        }
    }

    @Test
    void events_whoeverAsks_areNeverChanged() throws SQLException {
        String url = team();
        try (Connection writer = joined(url)) {
            ship(writer, ROOT, lines(2));
        }
        for (String login : List.of("owner", "postgres")) {
            try (Connection mighty = server().connect(ctl.PostgresServer.as(login, url))) {
                if (login.equals("postgres")) {
                    execute(mighty, "SET session_replication_role = replica");
                }
                for (String sql : List.of("UPDATE ctl_team.event SET line = ''", "DELETE FROM ctl_team.event",
                        "TRUNCATE ctl_team.event", "UPDATE ctl_team.event SET line = '' WHERE false",
                        "TRUNCATE ctl_team.root, ctl_team.event CASCADE",
                        "MERGE INTO ctl_team.event e USING ctl_team.root ON true WHEN MATCHED THEN DELETE")) {
                    assertThat(state(() -> execute(mighty, sql))).as("%s: %s", login, sql).isEqualTo("CT006");
                }
            }
        }
        assertThat(server().query(url, "SELECT line FROM ctl_team.event ORDER BY sequence")).isEqualTo(lines(2));
    }

    /** What a function that runs with the rights of the owner would use instead of what it means, if it looked there. */
    @Test
    void writer_putsNamesOfItsOwnBeforeTheSystems_changesNothing() throws SQLException {
        String url = team();
        try (Connection writer = joined(url)) {
            for (String sql : List.of(
                    "CREATE TEMP TABLE root (number INT, id TEXT, owner TEXT, sequence BIGINT, hash TEXT)",
                    "INSERT INTO pg_temp.root VALUES (1, '" + OTHER + "', 'writer_a', 0, repeat('0', 64))",
                    "CREATE TEMP TABLE event (root INT, sequence BIGINT, hash TEXT, line TEXT)",
                    "CREATE TEMP TABLE audit_entry (root INT)",
                    "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
                    "CREATE FUNCTION pg_temp.encode(bytea, text) RETURNS text LANGUAGE sql AS 'SELECT $2'",
                    "CREATE FUNCTION pg_temp.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
                    "CREATE OPERATOR pg_temp.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.same)",
                    "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.same)",
                    "CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (false)",
                    "SET search_path = pg_temp, pg_catalog, ctl_team")) {
                execute(writer, sql);
            }
            assertThat(state(() -> execute(writer,
                    "SELECT ctl_team.ship('%s', 0, ARRAY[]::pg_catalog.text[], '[]', '[]', ARRAY[]::pg_catalog.text[], '[]', '[]')"
                            .formatted(OTHER))))
                    .as("a root that only the writer's own table knows").isEqualTo("CT001");
            assertThat(ship(writer, ROOT, lines(2))).isEqualTo(2);
            String forged = lines(3).get(2).replace("event 3", "event X");
            assertThat(state(() -> ship(writer, ROOT, List.of(forged)))).isEqualTo("CT005");
        }
        assertThat(server().query(url, "SELECT line FROM ctl_team.event ORDER BY sequence")).isEqualTo(lines(2));
    }

    @Test
    void rows_thatBelongToNoEventOfTheShipment_areNotTaken() throws SQLException {
        String url = team();
        List<String> lines = lines(4);
        try (Connection writer = joined(url)) {
            ship(writer, ROOT, lines.subList(0, 2), "[%s,%s,%s]".formatted(entry(1, 1, "ann"), entry(2, 2, "ann"),
                    entry(3, 3, "of no event yet")), "[]", List.of("Box"), vm("Box"));
            ship(writer, ROOT, lines.subList(0, 2), "[" + entry(1, 1, "no event is new") + "]", "[]", List.of("Box"),
                    "[]");
            ship(writer, ROOT, lines.subList(2, 4), "[%s,%s,%s]".formatted(entry(1, 1, "of an old event"),
                    entry(2, 9, "of a later event"), entry(3, 4, "bob")), "[]", List.of(), vm("NotTouched"));
        }
        assertThat(server().query(url, "SELECT sequence || ' ' || by_user FROM ctl_team.audit_entry ORDER BY sequence"))
                .containsExactly("1 ann", "2 ann", "3 bob");
        assertThat(server().query(url, "SELECT name FROM ctl_team.vm")).containsExactly("Box");
    }

    private ctl.PostgresServer server() {
        return Servers.shared(version);
    }

    private String team() {
        String url = server().newDatabase();
        try {
            make(url, "owner");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return url;
    }

    private static boolean make(String url, String login) throws SQLException {
        try (Connection connection = of(url, login).connect()) {
            return new TeamSchema(of(url, login)).make(connection);
        }
    }

    private static Problem problem(String url, String login, String role) {
        return catchThrowableOfType(VmException.class, () -> {
            try (Connection connection = of(url, login).connect()) {
                new TeamSchema(of(url, login)).require(connection, role);
            }
        }).problem();
    }

    private static PostgresServer of(String url, String login) {
        return PostgresServer.of(ctl.PostgresServer.as(login, url), Map.of());
    }

    private static Connection joined(String url) throws SQLException {
        Connection writer = of(url, "writer_a").connect();
        join(writer, ROOT, "here");
        return writer;
    }

    private static long join(Connection connection, String id, String name) throws SQLException {
        return Long.parseLong(ask(connection, "SELECT ctl_team.join_root('%s', '%s')".formatted(id, name)));
    }

    private static long ship(Connection connection, String root, List<String> lines) throws SQLException {
        return ship(connection, root, lines, "[]", "[]", List.of(), "[]");
    }

    private static long ship(Connection connection, String root, List<String> lines, String entries, String names,
            List<String> touched, String vms) throws SQLException {
        try (PreparedStatement ship = connection.prepareStatement(
                "SELECT ctl_team.ship(?, ?, ?, ?::pg_catalog.json, ?::pg_catalog.json, ?, ?::pg_catalog.json, '[]')")) {
            ship.setString(1, root);
            ship.setLong(2, lines.size());
            ship.setArray(3, connection.createArrayOf("text", lines.toArray()));
            ship.setString(4, entries);
            ship.setString(5, names);
            ship.setArray(6, connection.createArrayOf("text", touched.toArray()));
            ship.setString(7, vms);
            try (ResultSet row = ship.executeQuery()) {
                row.next();
                long end = row.getLong(1);
                connection.commit();
                return end;
            }
        } catch (SQLException refused) {
            connection.rollback();
            throw refused;
        }
    }

    private static String entry(long sequence, long latest, String user) {
        return """
                {"sequence":%d,"latest":%d,"operation":"op","time":"2026-03-01T12:00:00Z","action":"create",
                "snapshots":"","by_user":"%s","outcome":"done"}""".formatted(sequence, latest, user);
    }

    private static String vm(String name) {
        return """
                [{"name":"%s","since":1,"origin":"created","arrived":"2026-03-01T12:00:00Z","arrived_by":"ann"}]"""
                .formatted(name);
    }

    private static String state(Callable<?> refused) {
        return catchThrowableOfType(SQLException.class, refused::call).getSQLState();
    }

    private static Void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return null;
        } catch (SQLException refused) {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            throw refused;
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            String found = row.getString(1);
            connection.commit();
            return found;
        } catch (SQLException refused) {
            connection.rollback();
            throw refused;
        }
    }

    private static List<String> lines(int count) {
        List<String> lines = new ArrayList<>();
        String previous = ZEROS;
        for (int sequence = 1; sequence <= count; sequence++) {
            lines.add(line(sequence, previous, "event " + sequence));
            previous = new HashedLine(lines.getLast()).hash();
        }
        return lines;
    }

    private static String line(int sequence, String previous, String text) {
        return HashedLine.seal("{\"sequence\":%d,\"text\":\"%s äß中\",\"previous\":\"%s\"}"
                .formatted(sequence, text, previous)).text();
    }
}
