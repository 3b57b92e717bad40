package ctl.vm.journal;

import ctl.vm.inventory.Layout;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whatever can still be read of a journal, right or wrong.
 *
 * @param database lines of the events in the database, as far as H2 can read them
 * @param tables the database's other tables as text
 * @param trouble why the database cannot be read to its end
 * @param mirror lines of the mirror, the torn one at its end included
 * @param torn whether the mirror's last line has no end
 * @param listed number of the last event that the listing knew; 0 where it does not say
 */
record Remains(
        List<EventLine> database,
        List<String> tables,
        Optional<String> trouble,
        List<EventLine> mirror,
        boolean torn,
        long listed) {

    /**
     * Looks without changing anything, for the holder of the {@link JournalLock}.
     *
     * @throws VmException for everything that is no damage: JournalInUse, JournalTooNew, Denied
     */
    static Remains of(Layout layout, Database database, Patience patience) {
        try {
            List<EventLine> rows = new ArrayList<>();
            List<String> tables = new ArrayList<>();
            Optional<String> trouble = read(layout, database, patience, rows, tables);
            long listed = new ListingFile(layout).read().map(listing -> listing.head().sequence()).orElse(0L);
            var mirror = new Mirror(layout.mirror());
            boolean torn = mirror.tail().torn().length > 0;
            return new Remains(rows, tables, trouble, mirror.lines(), torn, listed);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    private static Optional<String> read(
            Layout layout, Database database, Patience patience, List<EventLine> rows, List<String> tables) {
        if (Files.notExists(layout.databaseFile())) {
            return Optional.of("it is missing");
        }
        try (var open = new OpenJournal(layout, database, database.openForReading(patience))) {
            open.forEachLine(rows::add);
            boolean old = open.isOld();
            tables.addAll(open.query(open.projections()::rows));
            return old ? Optional.of("its tables are of an older version") : Optional.empty();
        } catch (VmException refused) {
            if (refused.problem() instanceof Failure.JournalDamaged damaged) {
                return Optional.of(damaged.reason());
            }
            throw refused;
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
    long lastKnown(Salvage salvaged) {
        long inFiles = Math.max(database.size(), wholeLines().size());
        long leftOut = leftOut(salvaged).stream().mapToLong(Long::longValue).max().orElse(0);
        return Math.max(Math.max(inFiles, listed), Math.max(leftOut, salvaged.head().sequence()));
    }

    /** The mirror's lines that have their line feed: only those have been acknowledged. */
    List<EventLine> wholeLines() {
        return torn ? mirror.subList(0, mirror.size() - 1) : mirror;
    }

    /** Numbers of events that are readable, but not in what was salvaged. */
    List<Long> leftOut(Salvage salvaged) {
        return salvaged.leftOut(Stream.concat(database.stream(), mirror.stream()).toList());
    }
}
