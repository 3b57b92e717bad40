package ctl.vm.journal.postgres;

import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.engine.BulkLoader;
import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.sql.EventTable;
import ctl.vm.journal.sql.IndexHint;
import ctl.vm.postgres.Connections;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Failure;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.PGConnection;

/**
 * The schema of one root on a PostgreSQL server.
 *
 * <p>What holds at every instant, whichever host dies, or whichever connection breaks off:
 * <ul>
 * <li>who appends has the row of the head, so that events have numbers without gaps, and nobody reads one before those
 * that go before it;
 * <li>nobody appends behind an event that he does not know;
 * <li>of a commit without an answer it is found out what became of it before anything else happens: whoever gets the
 * row of the head next sees either the event, or that it will never be there.
 * </ul>
 */
public final class PostgresDatabase implements Engine {

    /** The newest file in {@code db/migrations/postgresql} and {@code db/migrations/common}. */
    public static final int SCHEMA = 8;

    /** Times that a statement was executed. */
    private static final int PREPARED_AFTER = 2;

    /** How long another append may keep the row of the head. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    /** After that the server ends a transaction whose process does nothing any more, so that others can append. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(5);

    /** How long to look for a server that broke off in an append: it may be restarted, or another take its place. */
    private static final Duration OUTCOME_TIMEOUT = Duration.ofSeconds(15);

    private final JournalFolder folder;
    private final Layout layout;
    private final PostgresServer server;
    private final String schema;
    private final AppendGuard guard;
    private Optional<String> backup = Optional.empty();

    /** @param server of the authority's URL, to connect to for writing */
    public PostgresDatabase(JournalFolder folder, PostgresServer server, Authority authority, AppendGuard guard) {
        this.folder = folder;
        this.layout = folder.layout();
        this.server = server;
        this.schema = authority.schema();
        this.guard = guard;
    }

    /** For people: where it is. */
    String server() {
        return server.toString();
    }

    /**
     * The same, as a program finds it that has just started.
     *
     * @param environment of the process, as libpq reads it
     */
    public static PostgresDatabase of(JournalFolder folder, Authority authority, Map<String, String> environment,
            AppendGuard guard) {
        // What is wrong with it is said of the URL as it stands in the file, without what is added here.
        PostgresServer.of(authority.url(), environment);
        // A standby may be behind: what is decided by it, and what it lacks, would be wrong.
        String primary = authority.url().contains("target_session_attrs=")
                ? authority.url()
                : authority.url() + (authority.url().contains("?") ? "&" : "?") + "target_session_attrs=read-write";
        return new PostgresDatabase(folder, PostgresServer.of(primary, environment), authority, guard);
    }

    @Override
    public JournalFolder folder() {
        return folder;
    }

    /** Of the connection, for people. */
    public String place() {
        return "schema %s of %s".formatted(schema, server);
    }

    @Override
    public void getReady() {}

    @Override
    public boolean isShared() {
        return true;
    }

    /** The file of the authority says that there is one. */
    @Override
    public boolean isAbsent() {
        return false;
    }

    /** A connection whose tables are those of this root, for what others do beside the journal. */
    public Connection connect() {
        return connect(schema, "read committed");
    }

    /** What it reads is of one moment: that of its first query. */
    @Override
    public Connection openForReading() {
        return connect(schema, "repeatable read");
    }

    @Override
    public Connection openForWriting(Deadline deadline) {
        return connect();
    }

    private Connection connect(String path, String isolation) {
        Connection connection = server.connect();
        try {
            connection.setAutoCommit(true);
            int process = settle(connection, path, isolation);
            if (process != connection.unwrap(PGConnection.class).getBackendPID()) {
                // Its transactions are those of several connections, and what one of them sets another one has.
                throw new ServerFailure.PoolerInTheWay(server.toString()).thrown();
            }
            // Without a pooler, the server may remember the statements that each append repeats.
            connection.unwrap(PGConnection.class).setPrepareThreshold(PREPARED_AFTER);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException failure) {
            abandon(connection, failure);
            throw problem(failure);
        } catch (VmException refused) {
            abandon(connection, refused);
            throw refused;
        }
    }

    /** @return the number of the process that serves the connection */
    private static int settle(Connection connection, String path, String isolation) throws SQLException {
        String sql = """
                SELECT pg_backend_pid(), set_config('search_path', ?, FALSE),
                    set_config('default_transaction_isolation', ?, FALSE), set_config('lock_timeout', ?, FALSE),
                    set_config('idle_in_transaction_session_timeout', ?, FALSE),
                    CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
                        THEN set_config('synchronous_commit', 'on', FALSE) END""";
        boolean isWriting = isolation.equals("read committed");
        try (PreparedStatement settings = connection.prepareStatement(sql)) {
            settings.setString(1, path);
            settings.setString(2, isolation);
            settings.setString(3, LOCK_TIMEOUT.toMillis() + "ms");
            settings.setString(4, isWriting ? IDLE_TIMEOUT.toMillis() + "ms" : "0");
            try (ResultSet found = settings.executeQuery()) {
                found.next();
                return found.getInt(1);
            }
        }
    }

    @Override
    public int schema() {
        return SCHEMA;
    }

    @Override
    public IndexHint indexHint() {
        return IndexHint.NONE;
    }

    /** A journal begins in the folder, and moves to a server when it has events. */
    @Override
    public void make() {
        throw new ServerFailure.JournalMissing(server.toString(), schema).thrown();
    }

    @Override
    public void upgrade() {
        Migration.run(this, schema);
    }

    /** The server does that. */
    @Override
    public void compactWhereDue() {}

    @Override
    public void makeOf(Path events, ProgressListener progress) {
        folder.explained(() -> {
            discard();
            Migration.run(this, newSchema());
            progress.begin("write the database", folder.length(events));
            try (Connection connection = connect(newSchema(), "read committed")) {
                new BulkLoader(this, connection).with(events, progress);
                moveHead(connection, Head.of(new EventTable(connection).last()));
                connection.commit();
            } catch (SQLException failure) {
                throw problem(failure);
            }
        });
    }

    @Override
    public Optional<String> keepBackup(Instant now) {
        backup = Optional.of(schema + "_broken_" + DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss", Locale.ROOT)
                .withZone(ZoneOffset.UTC).format(now));
        return backup.map("the schema "::concat);
    }

    @Override
    public void publish() {
        execute(
                backup.map(name -> "ALTER SCHEMA %s RENAME TO %s".formatted(schema, name))
                        .filter(_ -> exists())
                        .orElse("DROP SCHEMA IF EXISTS %s CASCADE".formatted(schema)),
                "ALTER SCHEMA %s RENAME TO %s".formatted(newSchema(), schema));
    }

    @Override
    public void discard() {
        execute("DROP SCHEMA IF EXISTS %s CASCADE".formatted(newSchema()));
    }

    private String newSchema() {
        return schema + "_new";
    }

    private boolean exists() {
        return exists(schema);
    }

    private boolean exists(String name) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement
                        .executeQuery("SELECT to_regnamespace('%s') IS NOT NULL".formatted(name))) {
            found.next();
            return found.getBoolean(1);
        } catch (SQLException failure) {
            throw problem(failure);
        }
    }

    /** The last event of the journal that stands there; empty where none does. */
    public Optional<Head> end() {
        if (!exists()) {
            return Optional.empty();
        }
        try (Connection connection = openForReading()) {
            return Optional.of(Head.of(new EventTable(connection).last()));
        } catch (SQLException failure) {
            throw problem(failure);
        }
    }

    /** All of them happen, or none. */
    private void execute(String... statements) {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException failure) {
            throw problem(failure);
        }
    }

    /**
     * Takes the row of the head, for which another append is waited for.
     *
     * @throws VmException JournalChanged where another host has appended meanwhile
     */
    @Override
    public void begin(Connection connection, Head head, OperationId operation) throws SQLException {
        Head now = lockedHead(connection);
        if (!now.equals(head)) {
            throw changed(now, head);
        }
        guard.check(connection, operation);
    }

    /** Fewer events than there were: another server has taken the place of the one that had them. */
    private VmException changed(Head now, Head known) {
        return now.sequence() < known.sequence()
                ? damaged("the database ends with event %d, and its mirror with event %d".formatted(
                        now.sequence(), known.sequence()))
                : new Busy.JournalChanged(layout.journal()).thrown();
    }

    private Head lockedHead(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT sequence, hash, moved IS NOT NULL FROM head FOR UPDATE");
                ResultSet found = select.executeQuery()) {
            if (!found.next()) {
                throw damaged("its head is missing");
            }
            if (found.getBoolean(3)) {
                throw new Busy.JournalChanged(layout.journal()).thrown();
            }
            return new Head(found.getLong(1), found.getString(2));
        }
    }

    @Override
    public void commit(Connection connection, Head head) throws SQLException {
        moveHead(connection, head);
        connection.commit();
    }

    private static void moveHead(Connection connection, Head head) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE head SET sequence = ?, hash = ?")) {
            update.setLong(1, head.sequence());
            update.setString(2, head.hash());
            update.executeUpdate();
        }
    }

    /** Notes that the journal has been moved away, for a process that does not know it yet. */
    public void leave() {
        execute("UPDATE head SET moved = clock_timestamp()");
    }

    /** A commit that can be seen is durable. */
    @Override
    public void sync(Connection connection) {}

    @Override
    public Outcome outcome(SQLException failure, Head before, Head head) {
        if (!isUnanswered(failure)) {
            // The server answered: it has rolled back.
            return Outcome.REFUSED;
        }
        var deadline = new Deadline(OUTCOME_TIMEOUT);
        while (true) {
            try (Connection connection = connect()) {
                return outcome(connection, before, head);
            } catch (SQLException again) {
                if (!deadline.pause()) {
                    throw problem(again);
                }
            } catch (VmException away) {
                if (!PostgresServer.mayPass(away.problem()) || !deadline.pause()) {
                    throw away;
                }
            }
        }
    }

    /** Whether the connection broke off, or the answer did not come in time: the server may still have committed. */
    private boolean isUnanswered(SQLException failure) {
        return String.valueOf(failure.getSQLState()).startsWith("08")
                || problem(failure).problem() instanceof Busy.ConnectionLost;
    }

    /** With the row of the head, which the commit had, too: it has ended by now. */
    private Outcome outcome(Connection connection, Head before, Head head) throws SQLException {
        Head now = lockedHead(connection);
        if (now.equals(before)) {
            return Outcome.LOST;
        }
        Optional<EventRow> there = new EventTable(connection).page(head.sequence()).stream().findFirst();
        if (there.filter(row -> row.hash().equals(head.hash())).isPresent()) {
            return Outcome.COMMITTED;
        }
        throw changed(now, before);
    }

    @Override
    public void close(Connection connection) throws SQLException {
        connection.close();
    }

    @Override
    public void abandon(Connection connection, Throwable failure) {
        try {
            connection.close();
        } catch (SQLException closed) {
            failure.addSuppressed(closed);
        }
    }

    @Override
    public boolean lacksEnd() {
        return false;
    }

    @Override
    public VmException problem(SQLException failure) {
        return switch (String.valueOf(failure.getSQLState())) {
            case "42P01", "3F000" -> new ServerFailure.JournalMissing(server.toString(), schema).thrown();
            case "42703", "XX001", "XX002" -> damaged(failure.getMessage().lines().findFirst().orElse(""));
            default -> server.problem(failure);
        };
    }

    @Override
    public VmException damaged(String reason) {
        return new Failure.JournalDamaged(layout.journal(), "%s: %s".formatted(place(), reason)).thrown();
    }

    @Override
    public List<String> indexes(Connection connection) throws SQLException {
        List<String> indexes = new ArrayList<>();
        try (Statement select = connection.createStatement();
                ResultSet found = select.executeQuery("SELECT indexdef FROM pg_indexes"
                        + " WHERE schemaname = current_schema() AND tablename <> 'flyway_schema_history'"
                        + " AND indexdef LIKE 'CREATE INDEX%'")) {
            while (found.next()) {
                indexes.add(found.getString(1));
            }
        }
        return indexes;
    }

    /** Flyway, in a class of its own: its classes take longer to load than everything else here. */
    private static final class Migration {

        private Migration() {}

        /** Makes the schema where it is missing, and brings its tables to the known version. */
        static void run(PostgresDatabase database, String schema) {
            try {
                Flyway.configure()
                        .dataSource(new Connections(database.server))
                        .schemas(schema)
                        .defaultSchema(schema)
                        .createSchemas(true)
                        .locations("classpath:db/migrations/common", "classpath:db/migrations/postgresql")
                        .failOnMissingLocations(true)
                        .cleanDisabled(true)
                        // No logging: what goes wrong comes as an exception.
                        .loggers()
                        .load()
                        .migrate();
            } catch (FlywayException failure) {
                RuntimeException problem = explained(database, failure);
                boolean mayNot = problem instanceof VmException refused
                        && refused.problem() instanceof ServerFailure.NoServerRights;
                throw mayNot && !database.exists(schema) ? database.server.lacksRight("CREATE") : problem;
            }
        }

        private static RuntimeException explained(PostgresDatabase database, FlywayException failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                switch (cause) {
                    case VmException refused -> {
                        return refused;
                    }
                    case SQLException refused -> {
                        return database.problem(refused);
                    }
                    default -> {
                        // The reason stands further below.
                    }
                }
            }
            return failure;
        }
    }
}
