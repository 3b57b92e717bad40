package ctl.vm.journal.h2;

import static ctl.vm.journal.json.Samples.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.journal.repair.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal as the programs of older tables left it. */
final class UpgradeTest {

    private static final int EVENTS = 500;

    /** As it stood before version 6. */
    private static final String MODIFIED = "TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00' + INTERVAL '0.001' SECOND * (modified_ns * 0.000001)";

    @TempDir
    private Path made;

    @TempDir
    private Path old;

    private Layout layout;

    /** @param version of the tables */
    private void makeAnOldJournal(int version) throws Exception {
        MadeJournal.make(made, EVENTS, 5);
        layout = Layout.at(old);
        Files.createDirectories(layout.journal());
        Files.copy(Layout.at(made).mirror(), layout.mirror(), StandardCopyOption.REPLACE_EXISTING);
        String url = Database.url(layout.database()) + Database.FLAGS;
        try (Connection connection = DriverManager.getConnection(url, Database.USER, Database.PASSWORD)) {
            Flyway.configure().dataSource(url, Database.USER, Database.PASSWORD)
                    .locations(NewDatabase.Migration.LOCATIONS).target(String.valueOf(version)).loggers().load()
                    .migrate();
            copy("event", "*", connection);
            copy("vm", "*", connection);
            copy("image", "vm, file, size, " + MODIFIED + (version < 3 ? "" : ", device, inode"), connection);
            copy("operation", "*", connection);
            if (version > 1) {
                // What was done by hand was told as an act of who noticed it.
                copy("audit_entry", version < 5 ? "deed" : "audit_entry",
                        "sequence, latest, operation, time, action, vm, snapshot, counterpart,"
                                + " snapshots, " + (version < 4 ? "COALESCE(by_user, seen_by)" : "by_user")
                                + ", sudo_user, outcome, reason, ended, size, vm_id, replaced_id, source_id"
                                + (version < 4 ? "" : ", seen_by, change"),
                        connection);
                copy("vm_name", "*", connection);
            }
        }
    }

    private void copy(String table, String columnsThen, Connection to) throws Exception {
        copy(table, table, columnsThen, to);
    }

    private void copy(String table, String nameThen, String columnsThen, Connection to) throws Exception {
        Path file = Layout.at(made).database();
        try (Connection from = DriverManager.getConnection(
                Database.url(file) + Database.FLAGS, Database.USER, Database.PASSWORD);
                var rows = from.createStatement().executeQuery("SELECT %s FROM %s".formatted(columnsThen, table))) {
            int columns = rows.getMetaData().getColumnCount();
            String marks = "?, ".repeat(columns - 1) + "?";
            try (PreparedStatement insert = to
                    .prepareStatement("INSERT INTO %s VALUES (%s)".formatted(nameThen, marks))) {
                while (rows.next()) {
                    for (int column = 1; column <= columns; column++) {
                        insert.setObject(column, rows.getObject(column));
                    }
                    insert.executeUpdate();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void journalOfAnOlderVersion_isTakenOnWithAllThatWasDone(int version) throws Exception {
        makeAnOldJournal(version);
        List<AuditEntry> known = entries(Layout.at(made));

        assertThat(entries(layout)).isEqualTo(known).hasSizeGreaterThan(100);
        assertThat(Verification
                .run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(), ProgressListener.NONE).errors())
                .isEmpty();
        assertThat(
                Rebuild.run(H2JournalTest.database(layout), CLOCK, Duration.ZERO, false, ProgressListener.NONE).done())
                .as("nothing to mend")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void journalOfAnOlderVersion_isVerifiedAsItIs(int version) throws Exception {
        makeAnOldJournal(version);
        Verification.Report report = Verification.run(H2JournalTest.database(layout), Duration.ZERO, Optional.empty(),
                ProgressListener.NONE);

        assertThat(report.errors()).isEmpty();
        assertThat(report.events()).isEqualTo(EVENTS);
    }

    @Test
    void viewsOfAnOlderVersion_tellWhoSawAChangeByHandAndNotWhoMadeIt() throws Exception {
        makeAnOldJournal(3);
        assertThat(rows("SELECT COUNT(*) FROM audit_log WHERE action = 'by-hand' AND by_user IS NOT NULL"))
                .as("told as an act of who noticed it").doesNotContain("0");
        entries(layout);

        assertThat(rows("SELECT COUNT(*) FROM audit_log WHERE action = 'by-hand'"
                + " AND (by_user IS NOT NULL OR sudo_user IS NOT NULL OR seen_by IS NULL OR change IS NULL)"))
                .containsExactly("0");
        assertThat(rows("SELECT DISTINCT change FROM audit_log WHERE action = 'by-hand' ORDER BY change"))
                .containsExactly("image-changed", "snapshot-appeared");
        assertThat(rows("SELECT COUNT(*) FROM audit_log WHERE action <> 'by-hand'"
                + " AND (by_user IS NULL OR seen_by IS NOT NULL OR change IS NOT NULL)")).containsExactly("0");
        assertThat(rows("SELECT DISTINCT arrived_by IS NULL, seen_by IS NULL FROM vm_listing WHERE origin = 'created'"))
                .containsExactly("FALSE");
        assertThat(rows("SELECT COUNT(*) FROM vm_name"))
                .isEqualTo(rows(Layout.at(made), "SELECT COUNT(*) FROM vm_name"));
    }

    @Test
    void viewOfTheAudit_isTheSameOnceItsTableHasAnotherName() throws Exception {
        makeAnOldJournal(4);
        String columns = "SELECT column_name || ' ' || data_type FROM information_schema.columns"
                + " WHERE table_name = 'AUDIT_LOG' ORDER BY ordinal_position";
        List<String> columnsBefore = rows(columns);
        String all = "SELECT CONCAT_WS('|', %s) FROM audit_log ORDER BY sequence".formatted(String.join(
                ", ", columnsBefore.stream().map(column -> column.substring(0, column.indexOf(' '))).toList()));
        List<String> before = rows(all);
        entries(layout);

        assertThat(rows("SELECT table_name FROM information_schema.tables WHERE table_name IN ('DEED', 'AUDIT_ENTRY')"))
                .containsExactly("AUDIT_ENTRY");
        assertThat(rows(columns)).isEqualTo(columnsBefore).hasSize(19);
        assertThat(rows(all)).isEqualTo(before).hasSizeGreaterThan(100);
    }

    @Test
    void indexesOfAnOlderVersion_areThoseOfANewJournal() throws Exception {
        makeAnOldJournal(4);
        entries(layout);
        String indexes = "SELECT index_name FROM information_schema.indexes WHERE index_type_name = 'INDEX' ORDER BY 1";

        assertThat(rows(indexes)).isEqualTo(rows(Layout.at(made), indexes)).contains("AUDIT_ENTRY_SOURCE_ID");
    }

    /** Nothing of them is lost, also of those that no 64 bits hold. */
    @Test
    void timesOfFiles_ofAnOlderVersion_areTakenOnToTheNanosecond() throws Exception {
        makeAnOldJournal(5);
        List<String> known = rows("SELECT DISTINCT CAST(modified AS VARCHAR) FROM vm_listing ORDER BY 1");
        String insert = "INSERT INTO image (vm, file, size, modified) SELECT MIN(name), 'disk.s2e.%s', 1,"
                + " TIMESTAMP WITH TIME ZONE '%s' FROM vm";
        List<String> times = List.of("1600-02-29 00:00:00.000000001+00", "1969-12-31 23:59:59.999999999+00",
                "2446-05-10 22:38:55.123456789+00", "9999-12-31 23:59:59.999999999+00");
        for (String time : times) {
            execute(insert.formatted(time.substring(0, 4), time));
        }
        entries(layout);

        assertThat(rows("SELECT DISTINCT CAST(modified AS VARCHAR) FROM vm_listing ORDER BY 1"))
                .containsAll(known).containsAll(times).hasSize(known.size() + times.size());
        assertThat(rows("SELECT modified_ns FROM image WHERE size = 1 ORDER BY file")).containsExactly(
                "-11670998399999999999", "-1", "15032385535123456789", "253402300799999999999");
        assertThat(rows("SELECT data_type || datetime_precision FROM information_schema.columns"
                + " WHERE table_name = 'VM_LISTING' AND column_name = 'MODIFIED'"))
                .containsExactly("TIMESTAMP WITH TIME ZONE9");
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                Database.url(layout.database()) + Database.FLAGS, Database.USER, Database.PASSWORD)) {
            connection.createStatement().execute(sql);
        }
    }

    private List<String> rows(String sql) throws Exception {
        return rows(layout, sql);
    }

    private static List<String> rows(Layout layout, String sql) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(
                Database.url(layout.database()) + Database.FLAGS, Database.USER, Database.PASSWORD);
                var found = connection.createStatement().executeQuery(sql)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    private static List<AuditEntry> entries(Layout layout) {
        List<AuditEntry> entries = new ArrayList<>();
        new H2Journal(H2JournalTest.database(layout), () -> Samples.ACTOR, CLOCK, Duration.ZERO, _ -> {})
                .entries(AuditFilter.ALL, entries::add);
        return entries;
    }
}
