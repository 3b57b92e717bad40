package ctl.vm.journal.h2;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.sql.SchemaVersion;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Flyway, which brings tables to the version that this program knows. It stands alone in this class because its own
 * classes take longer to load than everything else here.
 */
public final class Migration {

    private Migration() {}

    /** Migrates the database of {@link Layout#newDatabase}. Fails on tables that are half there, as well. */
    static void run(Layout layout) throws SQLException {
        run(Database.url(layout.newDatabase()) + Database.FLAGS);
    }

    /** Migrates the database of this address. */
    static void run(String url) throws SQLException {
        try {
            Flyway.configure()
                    .dataSource(url, Database.USER, Database.PASSWORD)
                    .locations("classpath:db/migrations")
                    .failOnMissingLocations(true)
                    .cleanDisabled(true)
                    // No logging: what goes wrong comes as an exception.
                    .loggers()
                    .load()
                    .migrate();
        } catch (FlywayException failure) {
            throw new SQLException(
                    "its tables cannot be brought to version %d".formatted(SchemaVersion.KNOWN_VERSION), failure);
        }
    }
}
