package ctl.vm.journal.repair;

import ctl.vm.journal.Deadline;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.h2.Database;
import ctl.vm.journal.h2.OpenJournal;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.mirror.LogFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

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
    static RecoveredData of(Database database, Deadline deadline, Path rows) {
        JournalFolder folder = database.folder();
        Optional<String> trouble = write(database, deadline, rows);
        long listed = new ListingFile(folder).read().map(listing -> listing.head().sequence()).orElse(0L);
        boolean torn = new Mirror(folder).tail().torn().length > 0;
        LogFile events = new LogFile(folder.disk(), rows);
        try {
            return new RecoveredData(
                    events, trouble, new LogFile(folder.disk(), folder.layout().mirror()), torn, listed);
        } catch (RuntimeException failure) {
            try (events) {
                throw failure;
            }
        }
    }

    private static Optional<String> write(Database database, Deadline deadline, Path rows) {
        try (var lines = new LogFile.Writer(database.folder().makeAnew(rows))) {
            return read(database, deadline, lines);
        }
    }

    private static Optional<String> read(Database database, Deadline deadline, LogFile.Writer lines) {
        if (database.folder().isMissing(database.folder().layout().databaseFile())) {
            return Optional.of("it is missing");
        }
        try (var open = new OpenJournal(database, database.openForReading(deadline))) {
            open.writeLines(lines);
            return open.isOld() ? Optional.of("its tables are of an older version") : Optional.empty();
        } catch (VmException refused) {
            if (refused.problem() instanceof Failure.JournalDamaged damaged) {
                return Optional.of(damaged.reason());
            }
            throw refused;
        }
    }

    /** Names the events that must have been in the journal and were not recovered; empty where there are none. */
    Optional<String> loss(LogRecovery recovered) {
        long first = recovered.head().sequence() + 1;
        LogRecovery.LeftOut leftOut = recovered.leftOut(database).with(recovered.leftOut(mirror));
        // What was acknowledged has a number and a whole line.
        long last = Stream.of(database.lines(), mirror.lines(), listed, leftOut.last()).max(Long::compare)
                .orElseThrow();
        if (last >= first) {
            return Optional.of("%s, up to event %d: %s".formatted(
                    first == 1 ? "every event" : "event %d and those after it".formatted(first),
                    last,
                    recovered.end().orElse("event %d can be read neither from the database nor from its mirror"
                            .formatted(first))));
        }
        if (leftOut.first() > 0) {
            return Optional.of("event %d stands in the database and in its mirror with different contents"
                    .formatted(leftOut.first()));
        }
        return first == 1 && trouble.isPresent()
                ? Optional.of("every event: neither the database nor its mirror can be read")
                : Optional.empty();
    }

    @Override
    public void close() {
        try (database) {
            mirror.close();
        }
    }
}
