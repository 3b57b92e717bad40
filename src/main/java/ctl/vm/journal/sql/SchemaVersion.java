package ctl.vm.journal.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The version of the tables, from one cheap query of Flyway's own table: Flyway itself is needed only where it is old.
 */
public final class SchemaVersion {

    /** The newest file in {@code db/migrations} that every engine runs. */
    public static final int KNOWN_VERSION = 6;

    private SchemaVersion() {}

    /**
     * Where Flyway finds the migrations of an engine: what all engines run, and what stands in the engine's own folder
     * because there is no common way to say it. The order is that of the numbers.
     */
    public static String[] locations(String engine) {
        return new String[] {"classpath:db/migrations/common", "classpath:db/migrations/" + engine};
    }

    /** @throws SQLException also where there is no such table, as in any other program's database */
    public static int version(Connection connection) throws SQLException {
        String sql = "SELECT \"version\" FROM \"flyway_schema_history\" WHERE \"success\" AND \"version\" IS NOT NULL"
                + " ORDER BY \"installed_rank\" DESC FETCH FIRST ROW ONLY";
        try (Statement select = connection.createStatement();
                ResultSet found = select.executeQuery(sql)) {
            return found.next() ? Integer.parseInt(found.getString(1)) : 0;
        }
    }
}
