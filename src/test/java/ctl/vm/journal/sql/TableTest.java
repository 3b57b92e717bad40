package ctl.vm.journal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

final class TableTest {

    /** What a description leaves out would be neither loaded nor checked. */
    @Test
    void descriptionsOfTheTables_nameEveryColumnThatTheMigrationsMake() throws Exception {
        String url = "jdbc:h2:mem:columns;DB_CLOSE_DELAY=-1";
        Flyway.configure().dataSource(url, "", "").locations(SchemaVersion.locations("h2")).loggers().load().migrate();
        try (Connection connection = DriverManager.getConnection(url)) {
            for (Table<?> table : List.of(new EventTable(connection), new OperationTable(connection),
                    new VmTable(connection), new VmTable.ImageTable(connection),
                    new AuditTable(connection, IndexHint.USE_INDEX),
                    new PreviousName.InTable(connection))) {
                Set<String> made = new TreeSet<>(table.query(
                        "SELECT column_name FROM information_schema.columns WHERE table_name = ?",
                        row -> row.getString(1).toLowerCase(Locale.ROOT), table.name().toUpperCase(Locale.ROOT)));

                assertThat(new TreeSet<>(table.columns())).as(table.name()).isNotEmpty().isEqualTo(made);
            }
        }
    }
}
