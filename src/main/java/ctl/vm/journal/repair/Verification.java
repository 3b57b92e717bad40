package ctl.vm.journal.repair;

import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.drift.IntegrityError.Kind;
import ctl.vm.inventory.drift.IntegrityError.Place;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.recognition.KnownDigests;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.h2.Database;
import ctl.vm.journal.h2.OpenJournal;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.mirror.LogFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorLines;
import ctl.vm.journal.sql.TableCheck;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks everything that a journal consists of, and changes nothing: both files event by event, the tables that follow the
 * events, and the listing.
 *
 * <p>While the database is open for reading nobody can append, so that the mirror and the listing stand still as well. The
 * two files are read side by side; only where they differ are both read again, to say how. A long journal takes no more memory
 * than a short one.
 */
public final class Verification {

    private final Layout layout;
    private final Database database;
    private final Optional<Seal> seal;
    private final ProgressListener headway;
    private final List<IntegrityError> flaws = new ArrayList<>();

    private Verification(Layout layout, Optional<Seal> seal, ProgressListener headway) {
        this.layout = layout;
        this.database = new Database(layout);
        this.seal = seal;
        this.headway = headway;
    }

    /**
     * What came of it.
     *
     * @param flaws what is not right
     * @param events how many can be relied on
     * @param inventory what they fold to
     * @param digests what they say of the content of images
     */
    public record Report(List<IntegrityError> flaws, long events, Inventory inventory, KnownDigests digests) {
        public Report {
            flaws = List.copyOf(flaws);
        }
    }

    /**
     * @param patience how long to wait for a process that has the journal open
     * @param seal what the journal is to extend
     * @throws VmException JournalInUse, JournalTooNew, or what the disk reports
     */
    public static Report run(Layout layout, Duration patience, Optional<Seal> seal, ProgressListener headway) {
        try {
            return new Verification(layout, seal, headway).run(new Deadline(patience));
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        } catch (SQLException failure) {
            throw new Database(layout).problem(failure);
        }
    }

    /** What the journal holds where nothing is wrong with it; of the listing, which is only a copy, nothing is said. */
    static Optional<InventoryCache.Content> flawless(Layout layout, Duration patience, ProgressListener headway) {
        return new Verification(layout, Optional.empty(), headway).flawless(new Deadline(patience));
    }

    /** Whether the tables of the database are what these events give: a file of lines. */
    static boolean tablesAreRight(Layout layout, Duration patience, Path events, ProgressListener headway)
            throws IOException {
        var verification = new Verification(layout, Optional.empty(), headway);
        try (OpenJournal open = verification.open(new Deadline(patience))) {
            return verification.story(events, tables(open, true)).flaws().isEmpty();
        } catch (SQLException unreadable) {
            return false;
        }
    }

    private OpenJournal open(Deadline patience) {
        return new OpenJournal(layout, database, database.openForReading(patience));
    }

    private Report run(Deadline patience) throws IOException, SQLException {
        if (database.isAbsent()) {
            return report(new ChainVerifier(layout.journal(), Optional.empty(), seal));
        }
        try (OpenJournal open = open(patience)) {
            return open.isOld() ? check(open, false) : checkWithTables(open);
        } catch (VmException refused) {
            if (!(refused.problem() instanceof Failure.JournalDamaged damaged)) {
                throw refused;
            }
            flaws.clear();
            flaws.add(IntegrityError.of(Place.DATABASE, Kind.UNREADABLE,
                    "the database cannot be read: " + damaged.reason()));
            return diagnosed(Optional.empty(), Optional.empty());
        }
    }

    private Optional<InventoryCache.Content> flawless(Deadline patience) {
        try (OpenJournal open = open(patience)) {
            var story = new ChainVerifier(layout.journal(), tables(open, true), seal);
            return sideBySide(open, story) && story.flaws().isEmpty()
                    ? Optional.of(new InventoryCache.Content(story.inventory(), story.head()))
                    : Optional.empty();
        } catch (VmException refused) {
            if (refused.problem() instanceof Failure.JournalDamaged) {
                return Optional.empty();
            }
            throw refused;
        } catch (IOException | SQLException | RuntimeException | AssertionError unreadable) {
            // H2 trusts much of what it finds in the file.
            return Optional.empty();
        }
    }

    private Report checkWithTables(OpenJournal open) throws IOException, SQLException {
        try {
            return check(open, true);
        } catch (SQLException unreadable) {
            flaws.clear();
            flaws.add(IntegrityError.of(Place.TABLES, Kind.UNREADABLE,
                    "the tables that follow the events cannot be read (H2 error %d)"
                            .formatted(unreadable.getErrorCode())));
            return check(open, false);
        }
    }

    private Report check(OpenJournal open, boolean withTables) throws IOException, SQLException {
        var story = new ChainVerifier(layout.journal(), tables(open, withTables), seal);
        if (sideBySide(open, story)) {
            checkListing(story);
            return report(story);
        }
        return diagnosed(Optional.of(open), tables(open, withTables));
    }

    private static Optional<TableCheck> tables(OpenJournal open, boolean wanted) {
        return wanted ? Optional.of(new TableCheck(open.connection())) : Optional.empty();
    }

    /** Whether both files hold the same events, a chain without a break. */
    private boolean sideBySide(OpenJournal open, ChainVerifier story) throws IOException, SQLException {
        headway.begin("check the journal", new Mirror(layout.mirror()).length());
        try (var mirror = new MirrorLines(layout.mirror())) {
            return open.allLines(line -> {
                headway.advance(line.text().length());
                return mirror.next().equals(Optional.of(line)) && story.accepts(line);
            }) && mirror.position() == new Mirror(layout.mirror()).length();
        }
    }

    /** The story that is told where the two files differ goes into a file for a while: it may not fit into memory. */
    private Report diagnosed(Optional<OpenJournal> open, Optional<TableCheck> tables) throws IOException, SQLException {
        Path folder = Files.createTempDirectory("ctl-verify-");
        Path rows = folder.resolve("database");
        Path told = folder.resolve("story");
        try {
            if (open.isPresent()) {
                try (OutputStream lines = new BufferedOutputStream(Files.newOutputStream(rows))) {
                    open.get().writeLines(lines);
                }
            }
            return diagnosed(rows, told, tables);
        } finally {
            Files.deleteIfExists(rows);
            Files.deleteIfExists(told);
            Files.delete(folder);
        }
    }

    private Report diagnosed(Path rows, Path told, Optional<TableCheck> tables) throws IOException, SQLException {
        try (LogFile database = new LogFile(rows); LogFile mirror = new LogFile(layout.mirror())) {
            LogRecovery salvage = LogRecovery.of(layout.journal(), database, mirror, told, headway);
            // Tables that hold what events gave that are lost would all be wrong.
            boolean isWhole = salvage.events() >= database.lines();
            ChainVerifier story = story(told, tables.filter(_ -> isWhole));
            if (Files.exists(rows)) {
                flaws.addAll(Diagnosis.of(Place.DATABASE, rows, salvage));
            }
            flaws.addAll(Diagnosis.of(Place.MIRROR, layout.mirror(), salvage));
            tellEnd();
            return report(story);
        }
    }

    private ChainVerifier story(Path events, Optional<TableCheck> tables) throws IOException, SQLException {
        var story = new ChainVerifier(layout.journal(), tables, seal);
        headway.begin("check the tables", Files.size(events));
        try (var lines = new MirrorLines(events)) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                headway.advance(line.get().text().length());
                story.accepts(line.get());
            }
        }
        return story;
    }

    private void tellEnd() throws IOException {
        if (Files.notExists(layout.mirror())) {
            flaws.removeIf(flaw -> flaw.place() == Place.MIRROR);
            flaws.add(IntegrityError.of(Place.MIRROR, Kind.REMOVED, "the mirror is missing"));
        } else if (new Mirror(layout.mirror()).tail().torn().length > 0) {
            flaws.add(IntegrityError.of(Place.MIRROR, Kind.TORN, "the mirror ends with a line that is torn"));
        }
    }

    /** A listing that is not of the journal as it is now is believed by nobody. */
    private void checkListing(ChainVerifier story) throws IOException {
        ListingFile file = new ListingFile(layout);
        Optional<InventoryCache> listed = file.read();
        if (listed.isEmpty() && Files.exists(layout.listing()) && !file.isForOtherTables()) {
            flaws.add(IntegrityError.of(Place.LISTING, Kind.UNREADABLE,
                    "the listing cannot be read; it is ignored, and the next command writes a new one"));
        }
        if (listed.isPresent() && listed.get().identity().equals(InventoryCache.Identity.of(layout))
                && !(listed.get().head().equals(story.head())
                        && listed.get().inventory().equals(story.inventory()))) {
            flaws.add(IntegrityError.of(Place.LISTING, Kind.EDITED, "the listing is not what the events give"));
        }
    }

    private Report report(ChainVerifier story) throws SQLException {
        flaws.addAll(story.flaws());
        return new Report(flaws, story.head().sequence(), story.inventory(), story.digests());
    }
}
