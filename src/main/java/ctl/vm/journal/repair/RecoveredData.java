package ctl.vm.journal.repair;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.file.PrivateFile;
import ctl.vm.journal.h2.Database;
import ctl.vm.journal.h2.OpenJournal;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.mirror.LogFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Whatever can still be read of a journal, right or wrong.
 *
 * @param database the events in the database, as far as H2 can read them: a file of lines
 * @param trouble why the database cannot be read to its end
 * @param mirror the mirror's whole lines: only those have been acknowledged
 * @param torn whether the mirror's last line has no end
 * @param listed number of the last event that the listing knew; 0 where it does not say
 */
record RecoveredData(LogFile database, Optional<String> trouble, LogFile mirror, boolean torn,
        long listed) implements AutoCloseable {

    /**
     * Looks without changing anything, for the holder of the {@link JournalLock}.
     *
     * @param rows where to write the events of the database
     * @throws VmException for everything that is no damage: JournalInUse, JournalTooNew, Denied
     */
    static RecoveredData of(Layout layout, Database database, Deadline deadline, Path rows) {
        try {
            Optional<String> trouble = write(layout, database, deadline, rows);
            long listed = new ListingFile(layout).read().map(listing -> listing.head().sequence()).orElse(0L);
            boolean torn = new Mirror(layout.mirror()).tail().torn().length > 0;
            return new RecoveredData(new LogFile(rows), trouble, new LogFile(layout.mirror()), torn, listed);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    private static Optional<String> write(Layout layout, Database database, Deadline deadline, Path rows)
            throws IOException {
        new Mirror(rows).create();
        try (FileChannel channel = PrivateFile.open(rows, StandardOpenOption.WRITE);
                OutputStream lines = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            channel.truncate(0);
            return read(layout, database, deadline, lines);
        }
    }

    private static Optional<String> read(Layout layout, Database database, Deadline deadline, OutputStream lines)
            throws IOException {
        if (Files.notExists(layout.databaseFile())) {
            return Optional.of("it is missing");
        }
        try (var open = new OpenJournal(layout, database, database.openForReading(deadline))) {
            open.writeLines(lines);
            return open.isOld() ? Optional.of("its tables are of an older version") : Optional.empty();
        } catch (VmException refused) {
            if (refused.problem() instanceof Failure.JournalDamaged damaged) {
                return Optional.of(damaged.reason());
            }
            throw refused;
        } catch (UncheckedIOException full) {
            throw full.getCause();
        } catch (RuntimeException | AssertionError confused) {
            // H2 trusts much of what it finds in the file.
            return Optional.of(confused.toString());
        }
    }

    /**
     * The number of the last event that there must have been: what was acknowledged has a number and a whole line.
     *
     * @param salvaged what can be read and is right
     */
    long lastKnown(LogRecovery salvaged) throws IOException {
        long inFiles = Math.max(database.lines(), mirror.lines());
        return Math.max(Math.max(inFiles, listed), Math.max(leftOut(salvaged).last(), salvaged.events()));
    }

    /** Events that are readable, but not in what was salvaged. */
    LogRecovery.LeftOut leftOut(LogRecovery salvaged) throws IOException {
        return salvaged.leftOut(database).with(salvaged.leftOut(mirror));
    }

    @Override
    public void close() throws IOException {
        database.close();
        mirror.close();
    }
}
