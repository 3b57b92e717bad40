package ctl.vm.journal;

import ctl.vm.inventory.Layout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A database that is made under another name and then takes its own: there is never one that is half made, or half way
 * to a newer schema. So a database of 0 bytes or without our tables is always damage, and never a beginning.
 *
 * <p>Only who holds the {@link JournalLock} may do this.
 */
final class NewDatabase {

    private final Layout layout;
    private final Database database;

    NewDatabase(Layout layout, Database database) {
        this.layout = layout;
        this.database = database;
    }

    /**
     * Makes an empty journal.
     *
     * <p>If we die before the rename, there is no journal still, beside an empty mirror and a file that the next try
     * removes. After the rename, before the sync of the folder: an empty journal, or none. No event has been appended.
     */
    void make() {
        carefully(() -> {
            Files.deleteIfExists(layout.newDatabaseFile());
            new Mirror(layout.mirror()).create();
            migrateAndTakeItsPlace();
        });
    }

    /** Brings the journal to the known schema. If we die before the rename, the old one stands; after it, the new. */
    void upgrade() {
        carefully(() -> {
            Files.copy(layout.databaseFile(), layout.newDatabaseFile(), StandardCopyOption.REPLACE_EXISTING);
            migrateAndTakeItsPlace();
        });
    }

    private void migrateAndTakeItsPlace() throws IOException, SQLException {
        // Open meanwhile, as Flyway opens and closes it several times.
        try (Connection connection = database.openNew()) {
            Migration.run(layout);
            if (new OpenJournal(layout, database, connection).agreement() instanceof Agreement.DatabaseBehind behind) {
                throw database.damaged(behind.reason());
            }
        }
        sync(layout.newDatabaseFile());
        Files.move(layout.newDatabaseFile(), layout.databaseFile(), StandardCopyOption.ATOMIC_MOVE);
        FolderSync.sync(layout.journal());
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private interface Work {
        void run() throws IOException, SQLException;
    }

    private void carefully(Work work) {
        try {
            work.run();
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        } catch (SQLException failure) {
            throw database.problem(failure);
        }
    }
}
