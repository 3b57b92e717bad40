package ctl.vm.journal.h2;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.engine.BulkLoader;
import ctl.vm.journal.engine.OpenJournal;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.journal.sql.SchemaVersion;
import ctl.vm.problem.VmException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.h2.mvstore.MVStore;

/**
 * A database that is made under another name and then takes its own: there is never one that is half made, or half way
 * to a newer schema. So a database of 0 bytes or without our tables is always damage, and never a beginning.
 *
 * <p>Only the holder of the {@link JournalLock} may do this.
 */
public final class NewDatabase {

    /**
     * Unused space, below which a compaction does not pay; above, the time for copying is spread over hundreds of
     * appends.
     */
    private static final long SPARE_BYTES = 8 << 20;

    /** An event takes hardly more room in a compact database than in the mirror. */
    private static final long MIRROR_LENGTHS = 4;

    private final Database database;
    private final JournalFolder folder;
    private final Layout layout;
    private final Path file;

    public NewDatabase(Database database) {
        this.database = database;
        this.folder = database.folder();
        this.layout = folder.layout();
        this.file = layout.newDatabaseFile();
    }

    /**
     * Makes an empty journal.
     *
     * <p>If we die before the rename, there is no journal still, beside an empty mirror and a file that the next try
     * removes. After the rename, before the sync of the folder: an empty journal, or none. No event has been appended.
     */
    public void make() {
        folder.explained(() -> {
            folder.makeAnew(file).close();
            new Mirror(folder).create();
            migrate(this::requireNothingIsLost);
            folder.publish(file, layout.databaseFile());
        });
    }

    /**
     * Makes a database of events that were found right, whole and durable, but does not give it its name yet. If we die
     * here, the next try begins anew.
     *
     * @param events a file of lines
     */
    public void makeOf(Path events, ProgressListener progress) {
        folder.explained(() -> {
            folder.makeAnew(file).close();
            progress.begin("write the database", folder.length(events));
            migrate(open -> new BulkLoader(database, open.connection()).with(events, progress));
        });
    }

    /** Gives the new database its name. If we die before the rename, the old one stands; after it, the new. */
    public void publish() {
        folder.explained(() -> folder.publish(file, layout.databaseFile()));
    }

    public void discard() {
        folder.explained(() -> folder.disk().remove(file));
    }

    /** Brings the journal to the known schema. If we die before the rename, the old one stands; after it, the new. */
    void upgrade() {
        folder.explained(() -> {
            folder.disk().remove(file);
            folder.copy(layout.databaseFile(), file);
            migrate(open -> {
                requireNothingIsLost(open);
                if (open.hasNoAuditEntries()) {
                    writeEntries(open);
                }
            });
            folder.publish(file, layout.databaseFile());
        });
    }

    /** Fills the audit tables, which the migrations up to version 4 leave empty: before version 2 there were none. */
    private void writeEntries(OpenJournal open) {
        var fold = new Fold();
        open.forEach(1, recorded -> {
            open.writeEntries(HashChain.fold(layout.journal(), fold, recorded));
            if (recorded.sequence() % BulkLoader.COMMITTED_AT_ONCE == 0) {
                open.commit();
            }
        });
        open.commit();
    }

    private interface Filling {
        void fill(OpenJournal open) throws SQLException;
    }

    private void migrate(Filling filling) {
        // Open meanwhile, as Flyway opens and closes it several times.
        try (Connection connection = database.openNew()) {
            folder.settle(file, layout.databaseFile());
            Migration.run(Database.url(layout.newDatabase()) + Database.FLAGS);
            filling.fill(new OpenJournal(database, connection));
        } catch (SQLException failure) {
            throw database.problem(failure);
        }
        folder.sync(file);
    }

    /** A database that was cut off can look like one of an older version, even like one without events. */
    private void requireNothingIsLost(OpenJournal open) {
        if (open.mirrorState() instanceof MirrorState.DatabaseBehind behind) {
            throw database.damaged(behind.reason());
        }
        open.requireAllThatWasRecorded();
    }

    /**
     * Writes the database anew without the space that nothing uses any more: about 20 KB of it stay behind with each
     * append, as none is written over. The database must be closed. If we die before the rename, the old one stands
     * beside a file that the next compaction overwrites.
     *
     * @throws VmException where it is not certain that the new one keeps its name
     */
    void compactWhereDue() {
        folder.explained(() -> {
            if (folder.length(layout.databaseFile()) > SPARE_BYTES + MIRROR_LENGTHS * new Mirror(folder).length()
                    && isCompacted()) {
                folder.publish(file, layout.databaseFile());
            }
        });
    }

    private boolean isCompacted() {
        try {
            folder.explained(() -> {
                folder.makeAnew(file).close();
                compact();
                folder.settle(file, layout.databaseFile());
                requireWhole();
                folder.sync(file);
            });
            return true;
        } catch (VmException failure) {
            // A full disk, most likely. The old database stands, and the next append tries again.
            removeCopy();
            return false;
        }
    }

    /** H2 trusts much of what it finds in the file: whatever it throws here is about the file. */
    private void compact() {
        try {
            MVStore.compact(layout.databaseFile().toString(), file.toString(), false, null);
        } catch (RuntimeException confused) {
            throw database.damaged(confused.toString());
        }
    }

    private void removeCopy() {
        try {
            folder.disk().remove(file);
        } catch (UncheckedIOException ignored) {
            // The next one replaces it.
        }
    }

    /** H2 has copied the file below its tables: they are looked at before anything depends on them. */
    private void requireWhole() {
        try (Connection connection = database.lookAtNew()) {
            var copy = new OpenJournal(database, connection);
            if (copy.isOld() || !(copy.mirrorState() instanceof MirrorState.InStep)) {
                throw database.damaged("the copy is not what it should be");
            }
        } catch (SQLException failure) {
            throw database.problem(failure);
        }
    }

    /** Flyway, in a class of its own: its classes take longer to load than everything else here. */
    static final class Migration {

        /** Of the files that stand in the history of every journal: they are never edited. */
        static final String[] LOCATIONS = SchemaVersion.locations("h2");

        private Migration() {}

        /** Brings the tables of a database to the known version. Fails on tables that are half there, as well. */
        static void run(String url) throws SQLException {
            try {
                Flyway.configure()
                        .dataSource(url, Database.USER, Database.PASSWORD)
                        .locations(LOCATIONS)
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
}
