package ctl.vm.journal;

import ctl.vm.inventory.Layout;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;

/**
 * The version of the tables. Asking for it is one cheap query of Flyway's own table; Flyway itself, which takes longer
 * to start than everything else here, runs only where the version is not the one that this program knows.
 */
final class Schema {

    /** The newest file in {@code db/migrations}. */
    static final int KNOWN_VERSION = 1;

    private Schema() {}

    /** @throws SQLException also where there is no such table, as in any other program's database */
    static int version(Connection connection) throws SQLException {
        String sql = "SELECT \"version\" FROM \"flyway_schema_history\" WHERE \"success\" AND \"version\" IS NOT NULL"
                + " ORDER BY \"installed_rank\" DESC FETCH FIRST ROW ONLY";
        try (Statement select = connection.createStatement();
                ResultSet found = select.executeQuery(sql)) {
            return found.next() ? Integer.parseInt(found.getString(1)) : 0;
        }
    }

    /** Brings the database of {@link Layout#newDatabase} to the known version. */
    static void migrate(Layout layout) {
        Flyway.configure()
                .dataSource(Database.url(layout.newDatabase()) + Database.FLAGS, Database.USER, Database.PASSWORD)
                .locations("classpath:db/migrations")
                .failOnMissingLocations(true)
                .cleanDisabled(true)
                // No logging: what goes wrong comes as an exception.
                .loggers()
                .load()
                .migrate();
    }
}
