package ctl.vm.journal.h2;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.file.FolderSync;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.file.PrivateFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorState;
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
public final class NewDatabase {

    /** Events; so that a long journal takes no more memory than a short one. */
    static final int COMMITTED_AT_ONCE = 10_000;

    private final Layout layout;
    private final Database database;

    public NewDatabase(Layout layout, Database database) {
        this.layout = layout;
        this.database = database;
    }

    /**
     * Makes an empty journal.
     *
     * <p>If we die before the rename, there is no journal still, beside an empty mirror and a file that the next try
     * removes. After the rename, before the sync of the folder: an empty journal, or none. No event has been appended.
     */
    public void make() {
        carefully(() -> {
            Files.deleteIfExists(layout.newDatabaseFile());
            new Mirror(layout.mirror()).create();
            migrate(this::requireMirrorIsNotAhead);
            takeItsPlace();
        });
    }

    /**
     * Makes a database of events that were found right, whole and durable, but does not give it its name yet. If we die
     * here, the next try begins anew.
     *
     * @param events a file of lines
     */
    public void makeOf(Path events, ProgressListener progress) {
        carefully(() -> {
            Files.deleteIfExists(layout.newDatabaseFile());
            progress.begin("write the database", Files.size(events));
            migrate(open -> new BulkLoader(layout.journal(), open).with(events, progress));
        });
    }

    /** Gives the new database its name. If we die before the rename, the old one stands; after it, the new. */
    public void publish() {
        carefully(this::takeItsPlace);
    }

    public void discard() {
        carefully(() -> Files.deleteIfExists(layout.newDatabaseFile()));
    }

    /** Brings the journal to the known schema. If we die before the rename, the old one stands; after it, the new. */
    void upgrade() {
        carefully(() -> {
            Files.copy(layout.databaseFile(), layout.newDatabaseFile(), StandardCopyOption.REPLACE_EXISTING);
            migrate(open -> {
                requireMirrorIsNotAhead(open);
                if (open.query(open.projections()::hasNoAuditEntries)) {
                    fillAuditTables(open);
                }
            });
            takeItsPlace();
        });
    }

    /** Fills the audit tables, which the migrations up to version 4 leave empty: before version 2 there were none. */
    private void fillAuditTables(OpenJournal open) throws SQLException {
        var fold = new Fold();
        open.forEach(1, recorded -> {
            Fold.Change change = HashChain.fold(layout.journal(), fold, recorded);
            open.query(() -> {
                open.projections().writeEntries(change);
                if (recorded.sequence() % COMMITTED_AT_ONCE == 0) {
                    open.connection().commit();
                }
                return change;
            });
        });
        open.connection().commit();
    }

    private interface Filling {
        void fill(OpenJournal open) throws IOException, SQLException;
    }

    private void migrate(Filling filling) throws IOException, SQLException {
        // Open meanwhile, as Flyway opens and closes it several times.
        try (Connection connection = database.openNew()) {
            PrivateFile.settle(layout.newDatabaseFile(), layout.databaseFile());
            Migration.run(layout);
            filling.fill(new OpenJournal(layout, database, connection));
        }
        sync(layout.newDatabaseFile());
    }

    private void requireMirrorIsNotAhead(OpenJournal open) {
        if (open.agreement() instanceof MirrorState.DatabaseBehind behind) {
            throw database.damaged(behind.reason());
        }
    }

    private void takeItsPlace() throws IOException {
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
