package ctl.vm.journal.h2;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.file.FolderSync;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.file.PrivateFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import org.h2.mvstore.MVStore;

/**
 * Writes the database anew without the space that nothing uses any more: about 20 KB of it stay behind with each
 * append, as none is written over. Only who holds the {@link JournalLock} may do this, with the database closed.
 */
final class Compaction {

    /** Below this nobody minds; above, the time for copying is spread over hundreds of appends. */
    private static final long SPARE_BYTES = 8 << 20;

    /** An event takes hardly more room in a compact database than in the mirror. */
    private static final long MIRROR_LENGTHS = 4;

    private final Layout layout;
    private final Database database;

    Compaction(Layout layout, Database database) {
        this.layout = layout;
        this.database = database;
    }

    /**
     * If we die before the rename, the old database stands beside a file that the next compaction overwrites.
     *
     * @throws IOException where it is not certain that the new one keeps its name
     */
    void runWhereDue() throws IOException {
        if (isDue() && isCopied()) {
            Files.move(layout.newDatabaseFile(), layout.databaseFile(), StandardCopyOption.ATOMIC_MOVE);
            FolderSync.sync(layout.journal());
        }
    }

    private boolean isDue() throws IOException {
        long mirrorLength = new Mirror(layout.mirror()).length();
        return Files.size(layout.databaseFile()) > SPARE_BYTES + MIRROR_LENGTHS * mirrorLength;
    }

    private boolean isCopied() {
        try {
            Files.deleteIfExists(layout.newDatabaseFile());
            MVStore.compact(layout.databaseFile().toString(), layout.newDatabaseFile().toString(), false, null);
            PrivateFile.settle(layout.newDatabaseFile(), layout.databaseFile());
            requireWhole();
            sync();
            return true;
        } catch (IOException | SQLException | RuntimeException failure) {
            // A full disk, most likely. The old database stands, and the next append tries again.
            removeCopy();
            return false;
        }
    }

    private void removeCopy() {
        try {
            Files.deleteIfExists(layout.newDatabaseFile());
        } catch (IOException ignored) {
            // The next one is written over it.
        }
    }

    /** H2 has copied the file below its tables: they are looked at before anything depends on them. */
    private void requireWhole() throws SQLException {
        try (Connection connection = database.lookAtNew()) {
            var copy = new OpenJournal(layout, database, connection);
            if (copy.isOld() || !(copy.agreement() instanceof MirrorState.InStep)) {
                throw new SQLException("the copy is not what it should be");
            }
        }
    }

    private void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(layout.newDatabaseFile(), StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
