package ctl.vm.journal.repair;

import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.engine.OpenJournal;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.listing.RecordedEnd;
import ctl.vm.journal.mirror.LogFile;
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
 * @param recorded what the program wrote of the last event beside the two
 */
record RecoveredData(LogFile database, Optional<String> trouble, LogFile mirror, RecordedEnd recorded)
        implements
            AutoCloseable {

    /**
     * Looks without changing anything, for the holder of the {@link JournalLock}.
     *
     * @param rows where to write the events of the database
     * @throws VmException for everything that is no damage: JournalTooNew, Denied
     */
    static RecoveredData of(Engine engine, Path rows) {
        JournalFolder folder = engine.folder();
        Optional<String> trouble = write(engine, rows);
        LogFile events = new LogFile(folder.disk(), rows);
        try {
            return new RecoveredData(
                    events, trouble, new LogFile(folder.disk(), folder.layout().mirror()), RecordedEnd.of(folder));
        } catch (RuntimeException failure) {
            try (events) {
                throw failure;
            }
        }
    }

    private static Optional<String> write(Engine engine, Path rows) {
        try (var lines = new LogFile.Writer(engine.folder().makeAnew(rows))) {
            return read(engine, lines);
        }
    }

    private static Optional<String> read(Engine engine, LogFile.Writer lines) {
        if (!engine.isShared() && engine.folder().isMissing(engine.folder().layout().databaseFile())) {
            return Optional.of("it is missing");
        }
        try (var open = new OpenJournal(engine, engine.openForReading())) {
            open.writeLines(lines);
            if (engine.lacksEnd()) {
                return Optional.of("it lacks its end");
            }
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
        long last = Stream.of(database.lines(), mirror.lines(), recorded.newest(), leftOut.last()).max(Long::compare)
                .orElseThrow();
        if (last == first) {
            String event = "event %d: ".formatted(first);
            return Optional.of(event + recovered.end()
                    .map(end -> end.startsWith(event) ? end.substring(event.length()) : end)
                    .orElse("it can be read neither from the database nor from its mirror"));
        }
        if (last > first) {
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
        if (first == 1 && trouble.isPresent()) {
            return Optional.of("every event: neither the database nor its mirror can be read");
        }
        return recorded.contradiction(recovered.head()).or(() -> Completeness.doubt(
                recovered.head(),
                trouble.or(() -> Completeness.trouble(false, database.highest(), recovered.head())), recorded)
                .map(doubt -> FolderTraces.describe(recovered).map(traces -> doubt + "; " + traces).orElse(doubt)));
    }

    @Override
    public void close() {
        try (database) {
            mirror.close();
        }
    }
}
