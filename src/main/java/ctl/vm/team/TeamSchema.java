package ctl.vm.team;

import ctl.vm.postgres.Connections;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;

/**
 * The schema of a team's database, and its version. {@code db/team} has its statements; Flyway's own table says which
 * of them have been applied.
 */
public final class TeamSchema {

    /** The newest file in {@code db/team}. */
    public static final int VERSION = 2;

    public static final String NAME = "ctl_team";

    /** Whose members ship the events of their roots. */
    public static final String WRITERS = "ctl_writer";

    /** Whose members read what all roots have shipped. */
    private static final String NO_RIGHTS = "42501";
    public static final String READERS = "ctl_reader";

    /** What its functions say where the root is not known, or is another login's. */
    static final String OTHER_LOGIN = "CT001";

    private static final String LOCATION = "classpath:db/team";

    /** The table in which Flyway notes what it has done, as it makes it. */
    private static final String HISTORY = """
            CREATE TABLE flyway_schema_history (
                installed_rank INT NOT NULL CONSTRAINT flyway_schema_history_pk PRIMARY KEY,
                version        VARCHAR(50),
                description    VARCHAR(200) NOT NULL,
                type           VARCHAR(20) NOT NULL,
                script         VARCHAR(1000) NOT NULL,
                checksum       INTEGER,
                installed_by   VARCHAR(100) NOT NULL,
                installed_on   TIMESTAMP NOT NULL DEFAULT now(),
                execution_time INTEGER NOT NULL,
                success        BOOLEAN NOT NULL
            );
            CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success);
            """;

    private final PostgresServer server;

    public TeamSchema(PostgresServer server) {
        this.server = server;
    }

    /**
     * Sees to it that the tables are those of this program.
     *
     * @param connection to the server
     * @param role of which the login must be a member
     * @throws VmException SchemaMissing, SchemaTooOld, SchemaTooNew, NoServerRights
     */
    public void require(Connection connection, String role) {
        int version = version(connection, role).orElseThrow(this::missing);
        if (version < VERSION) {
            throw new ServerFailure.SchemaTooOld(server.toString(), NAME, "" + version, "" + VERSION).thrown();
        }
        requireNoNewer(version);
    }

    /**
     * Why a statement was refused that needs other tables, or a right.
     *
     * @param role of which the login must be a member
     */
    VmException explained(SQLException failure, Connection connection, String role) {
        require(connection, role);
        return NO_RIGHTS.equals(failure.getSQLState()) ? noRights(role) : server.problem(failure);
    }

    private VmException noRights(String role) {
        return new ServerFailure.NoServerRights(server.toString(), server.user(), Optional.of(role)).thrown();
    }

    /**
     * As {@link #require}, and makes the tables or brings them up to date where this login may. Who may not finds the statements
     * in the problem that is thrown.
     *
     * @return whether it made or changed them
     */
    public boolean make(Connection connection) {
        Optional<Integer> version = version(connection, WRITERS);
        version.ifPresent(this::requireNoNewer);
        if (version.filter(known -> known == VERSION).isPresent()) {
            return false;
        }
        if (!mayMake(connection, version.isPresent())) {
            // Another host may have made it since.
            require(connection, WRITERS);
            return false;
        }
        try {
            Flyway.configure()
                    .dataSource(new Connections(server))
                    .schemas(NAME)
                    .defaultSchema(NAME)
                    .createSchemas(true)
                    .locations(LOCATION)
                    .failOnMissingLocations(true)
                    .cleanDisabled(true)
                    // No logging: what goes wrong comes as an exception.
                    .loggers()
                    .load()
                    .migrate();
            return true;
        } catch (FlywayException failure) {
            throw explained(failure);
        }
    }

    /**
     * The statements that an administrator gives to psql, with what Flyway notes of them: where a login may not make
     * the schema, and to read first what it is.
     *
     * @param after the version that is there; 0 for all
     */
    public static String script(int after) {
        StringBuilder script = new StringBuilder("""
                -- The schema of a team's database, to be made by its administrator: docs/team.md.
                \\set ON_ERROR_STOP on
                BEGIN;
                """);
        if (after == 0) {
            script.append("CREATE SCHEMA %s;\n".formatted(NAME));
        }
        script.append("SET LOCAL search_path = %s;\n".formatted(NAME));
        if (after == 0) {
            script.append(HISTORY);
        }
        for (MigrationInfo file : files()) {
            int version = Integer.parseInt(file.getVersion().getVersion());
            if (version > after) {
                script.append("\n").append(statements(file.getScript())).append("""

                        INSERT INTO flyway_schema_history VALUES (
                            %d, '%s', '%s', 'SQL', '%s', %d, current_user, now(), 0, true);
                        """.formatted(version, file.getVersion(), file.getDescription(), file.getScript(),
                        file.getChecksum()));
            }
        }
        return script.append("COMMIT;\n").toString();
    }

    /** By the checksums that stand there Flyway knows its files again. */
    private static MigrationInfo[] files() {
        return Flyway.configure()
                .dataSource("jdbc:h2:mem:", "", "")
                .locations(LOCATION)
                .failOnMissingLocations(true)
                .loggers()
                .load()
                .info()
                .pending();
    }

    private static String statements(String file) {
        try (InputStream resource = TeamSchema.class.getResourceAsStream("/db/team/" + file)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Empty where there is no schema. */
    private Optional<Integer> version(Connection connection, String role) {
        try (Statement statement = connection.createStatement()) {
            if (!isTrue(statement, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '%s')".formatted(NAME))) {
                return Optional.empty();
            }
            if (!isTrue(statement, "SELECT has_schema_privilege('%s', 'USAGE')".formatted(NAME))) {
                throw noRights(role);
            }
            if (!isTrue(statement, "SELECT to_regclass('%s.flyway_schema_history') IS NOT NULL".formatted(NAME))) {
                return Optional.empty();
            }
            try (ResultSet row = statement.executeQuery("""
                    SELECT max(version::INTEGER) FROM %s.flyway_schema_history
                    WHERE success AND version IS NOT NULL""".formatted(NAME))) {
                row.next();
                int version = row.getInt(1);
                return row.wasNull() ? Optional.empty() : Optional.of(version);
            }
        } catch (SQLException failure) {
            throw server.problem(failure);
        }
    }

    private boolean mayMake(Connection connection, boolean isThere) {
        try (Statement statement = connection.createStatement()) {
            return isThere
                    ? isTrue(statement, """
                            SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace
                            WHERE nspname = '%s'""".formatted(NAME))
                    : isTrue(statement, """
                            SELECT has_database_privilege(current_database(), 'CREATE') AND
                                (rolsuper OR rolcreaterole OR (SELECT count(*) FROM pg_roles
                                WHERE rolname IN ('%s', '%s')) = 2)
                            FROM pg_roles WHERE rolname = current_user""".formatted(WRITERS, READERS));
        } catch (SQLException failure) {
            throw server.problem(failure);
        }
    }

    private static boolean isTrue(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private VmException missing() {
        return new ServerFailure.SchemaMissing(server.toString(), NAME).thrown();
    }

    private void requireNoNewer(int version) {
        if (version > VERSION) {
            throw new ServerFailure.SchemaTooNew(server.toString(), NAME, "" + version, "" + VERSION).thrown();
        }
    }

    /** What the server said, or what stopped Flyway: it wraps both. */
    private VmException explained(FlywayException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof VmException known) {
                return known;
            } else if (cause instanceof SQLException refused && refused.getSQLState() != null) {
                return server.problem(refused);
            }
        }
        throw failure;
    }
}
