package ctl.vm.journal;

import static ctl.vm.journal.Samples.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Deed;
import ctl.vm.inventory.Layout;
import ctl.vm.inventory.Selection;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal as the program of version 1 of the tables left it. */
final class UpgradeTest {

    private static final int EVENTS = 500;

    @TempDir
    private Path made;

    @TempDir
    private Path old;

    private Layout layout;

    @BeforeEach
    void makeAJournalOfVersion1() throws Exception {
        MadeJournal.make(made, EVENTS, 5);
        layout = Layout.at(old);
        Files.createDirectories(layout.journal());
        Files.copy(Layout.at(made).mirror(), layout.mirror(), StandardCopyOption.REPLACE_EXISTING);
        String url = Database.url(layout.database()) + Database.FLAGS;
        try (Connection connection = DriverManager.getConnection(url, Database.USER, Database.PASSWORD)) {
            Flyway.configure().dataSource(url, Database.USER, Database.PASSWORD)
                    .locations("classpath:db/migrations").target("1").loggers().load().migrate();
            for (String table : List.of("event", "vm", "image", "operation")) {
                copy(table, connection);
            }
        }
    }

    private void copy(String table, Connection to) throws Exception {
        Path file = Layout.at(made).database();
        try (Connection from = DriverManager.getConnection(
                Database.url(file) + Database.FLAGS, Database.USER, Database.PASSWORD);
                var rows = from.createStatement().executeQuery(
                        table.equals("image")
                                ? "SELECT vm, file, size, modified FROM image"
                                : "SELECT * FROM " + table)) {
            int columns = rows.getMetaData().getColumnCount();
            String marks = "?, ".repeat(columns - 1) + "?";
            try (PreparedStatement insert = to.prepareStatement("INSERT INTO %s VALUES (%s)".formatted(table, marks))) {
                while (rows.next()) {
                    for (int column = 1; column <= columns; column++) {
                        insert.setObject(column, rows.getObject(column));
                    }
                    insert.executeUpdate();
                }
            }
        }
    }

    @Test
    void journalOfVersion1_isTakenOnWithAllThatWasDone() {
        List<Deed> known = deeds(Layout.at(made));

        assertThat(deeds(layout)).isEqualTo(known).hasSizeGreaterThan(100);
        assertThat(Verification.run(layout, Duration.ZERO, Optional.empty(), Headway.NONE).flaws()).isEmpty();
        assertThat(Rebuild.run(layout, CLOCK, Duration.ZERO, false, Headway.NONE).done()).as("nothing to mend")
                .isEmpty();
    }

    @Test
    void journalOfVersion1_isVerifiedAsItIs() {
        Verification.Report report = Verification.run(layout, Duration.ZERO, Optional.empty(), Headway.NONE);

        assertThat(report.flaws()).isEmpty();
        assertThat(report.events()).isEqualTo(EVENTS);
    }

    private static List<Deed> deeds(Layout layout) {
        List<Deed> deeds = new ArrayList<>();
        new H2Journal(layout, () -> Samples.ACTOR, CLOCK, Duration.ZERO).deeds(Selection.ALL, deeds::add);
        return deeds;
    }
}
