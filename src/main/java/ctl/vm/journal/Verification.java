package ctl.vm.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import ctl.vm.inventory.Flaw;
import ctl.vm.inventory.Flaw.Kind;
import ctl.vm.inventory.Flaw.Place;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.KnownDigests;
import ctl.vm.inventory.Layout;
import ctl.vm.inventory.Seal;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;

/**
 * Checks everything that a journal consists of, and changes nothing: both files event by event, the tables that follow the
 * events, and the listing.
 *
 * <p>While the database is open for reading nobody can append, so that the mirror and the listing stand still as well. The
 * two files are read side by side, in constant memory; only where they differ are both read whole, to say how.
 */
public final class Verification {

    private final Layout layout;
    private final Database database;
    private final Optional<Seal> seal;
    private final List<Flaw> flaws = new ArrayList<>();

    private Verification(Layout layout, Optional<Seal> seal) {
        this.layout = layout;
        this.database = new Database(layout);
        this.seal = seal;
    }

    /**
     * What came of it.
     *
     * @param flaws what is not right
     * @param events how many can be relied on
     * @param inventory what they fold to
     * @param digests what they say of the content of images
     */
    public record Report(List<Flaw> flaws, long events, Inventory inventory, KnownDigests digests) {
        public Report {
            flaws = List.copyOf(flaws);
        }
    }

    /**
     * @param patience how long to wait for a process that has the journal open
     * @param seal what the journal is to extend
     * @throws VmException JournalInUse, JournalTooNew, or what the disk reports
     */
    public static Report run(Layout layout, Duration patience, Optional<Seal> seal) {
        try {
            return new Verification(layout, seal).run(new Patience(patience));
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        } catch (SQLException failure) {
            throw new Database(layout).problem(failure);
        }
    }

    private Report run(Patience patience) throws IOException, SQLException {
        if (database.isAbsent()) {
            return report(new Story(layout.journal(), Optional.empty(), seal));
        }
        try (var open = new OpenJournal(layout, database, database.openForReading(patience))) {
            return open.isOld() ? check(open, false) : checkWithTables(open);
        } catch (VmException refused) {
            if (!(refused.problem() instanceof Failure.JournalDamaged damaged)) {
                throw refused;
            }
            return mirrorAlone(damaged.reason());
        }
    }

    private Report checkWithTables(OpenJournal open) throws IOException, SQLException {
        try {
            return check(open, true);
        } catch (SQLException unreadable) {
            flaws.clear();
            flaws.add(Flaw.of(Place.TABLES, Kind.UNREADABLE,
                    "the tables that follow the events cannot be read (H2 error %d)"
                            .formatted(unreadable.getErrorCode())));
            return check(open, false);
        }
    }

    private Report check(OpenJournal open, boolean withTables) throws IOException, SQLException {
        var story = new Story(layout.journal(), tables(open, withTables), seal);
        if (sideBySide(open, story)) {
            checkListing(story);
            return report(story);
        }
        List<EventLine> rows = new ArrayList<>();
        open.forEachLine(rows::add);
        return diagnosed(rows, tables(open, withTables), Place.DATABASE, Place.MIRROR);
    }

    private static Optional<TableCheck> tables(OpenJournal open, boolean wanted) {
        return wanted ? Optional.of(new TableCheck(open.connection())) : Optional.empty();
    }

    /** Whether both files hold the same events, a chain without a break. */
    private boolean sideBySide(OpenJournal open, Story story) throws IOException, SQLException {
        try (var mirror = new MirrorLines(layout.mirror())) {
            return open.allLines(line -> mirror.next().equals(Optional.of(line)) && story.accepts(line))
                    && mirror.position() == new Mirror(layout.mirror()).length();
        }
    }

    private Report mirrorAlone(String reason) throws IOException, SQLException {
        flaws.clear();
        flaws.add(Flaw.of(Place.DATABASE, Kind.UNREADABLE, "the database cannot be read: " + reason));
        return diagnosed(List.of(), Optional.empty(), Place.MIRROR);
    }

    /** @param places the copies that can be read */
    private Report diagnosed(List<EventLine> rows, Optional<TableCheck> tables, Place... places)
            throws IOException, SQLException {
        List<EventLine> lines = MirrorLines.all(layout.mirror());
        Salvage salvage = Salvage.of(layout.journal(), rows, lines);
        // Tables that hold what events gave that are lost would all be wrong.
        boolean isWhole = salvage.events().size() >= rows.size();
        var story = new Story(layout.journal(), tables.filter(_ -> isWhole), seal);
        for (EventLine line : salvage.events()) {
            story.accepts(line);
        }
        for (Place place : places) {
            flaws.addAll(Diagnosis.of(place, place == Place.DATABASE ? rows : lines, salvage.events()));
        }
        tellEnd();
        return report(story);
    }

    private void tellEnd() throws IOException {
        if (Files.notExists(layout.mirror())) {
            flaws.removeIf(flaw -> flaw.place() == Place.MIRROR);
            flaws.add(Flaw.of(Place.MIRROR, Kind.REMOVED, "the mirror is missing"));
        } else if (new Mirror(layout.mirror()).tail().torn().length > 0) {
            flaws.add(Flaw.of(Place.MIRROR, Kind.TORN, "the mirror ends with a line that is torn"));
        }
    }

    /** A listing that is not of the journal as it is now is believed by nobody. */
    private void checkListing(Story story) throws IOException {
        Optional<Listed> listed = new ListingFile(layout).read();
        if (listed.isEmpty() && Files.exists(layout.listing())) {
            flaws.add(Flaw.of(Place.LISTING, Kind.UNREADABLE,
                    "the listing cannot be read; nobody believes it, and the next command writes a new one"));
        }
        if (listed.isPresent() && listed.get().identity().equals(Listed.Identity.of(layout))
                && !(listed.get().head().equals(story.head())
                        && listed.get().inventory().equals(story.inventory()))) {
            flaws.add(Flaw.of(Place.LISTING, Kind.EDITED, "the listing is not what the events give"));
        }
    }

    private Report report(Story story) throws SQLException {
        flaws.addAll(story.flaws());
        return new Report(flaws, story.head().sequence(), story.inventory(), story.digests());
    }
}
