package ctl.vm.journal.repair;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.drift.IntegrityError.Kind;
import ctl.vm.inventory.drift.IntegrityError.Place;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.recognition.KnownDigests;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.engine.OpenJournal;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.listing.RecordedEnd;
import ctl.vm.journal.mirror.LogFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorLines;
import ctl.vm.journal.sql.TableCheck;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks everything that a journal consists of, and changes nothing: both files event by event, the tables that follow
 * the events, and the listing.
 *
 * <p>Others may append meanwhile: what they append is not looked at. Where something looks wrong while a process
 * writes, or after one has written, all is looked at once more while nobody can. The two files are read side by side;
 * only where they differ are both read again, to say how. A long journal takes no more memory than a short one.
 */
public final class Verification {

    private static final int FOR_THE_OWNER = 0700;

    private final Engine engine;
    private final JournalFolder folder;
    private final Layout layout;
    private final Optional<Seal> seal;
    private final ProgressListener progress;
    private final List<IntegrityError> errors = new ArrayList<>();
    /** Why the database does not show which event was the last. */
    private Optional<String> trouble = Optional.empty();
    /** What the files looked like before the database was opened. */
    private final Optional<InventoryCache.Identity> before;
    /** What was noted of the last event until then. */
    private final RecordedEnd recorded;

    private Verification(Engine engine, Optional<Seal> seal, ProgressListener progress) {
        this.engine = engine;
        this.folder = engine.folder();
        this.layout = folder.layout();
        this.seal = seal;
        this.progress = progress;
        this.before = folder.explained(() -> InventoryCache.Identity.of(folder));
        this.recorded = RecordedEnd.of(folder);
    }

    /**
     * What came of it.
     *
     * @param errors what is not right
     * @param events how many can be relied on
     * @param inventory what they fold to
     * @param digests what they say of the content of images
     */
    public record Report(List<IntegrityError> errors, long events, Inventory inventory, KnownDigests digests) {
        public Report {
            errors = List.copyOf(errors);
        }
    }

    /**
     * @param deadline how long to wait for other processes, where that is needed
     * @param seal what the journal is to extend
     * @throws VmException JournalInUse, JournalTooNew, or what the disk reports
     */
    public static Report run(Engine engine, Duration deadline, Optional<Seal> seal, ProgressListener progress) {
        Verification verification = new Verification(engine, seal, progress);
        Report report = verification.run();
        if (report.errors().isEmpty() || verification.isStill()) {
            return report;
        }
        try (JournalLock _ = JournalLock.take(engine.folder(), deadline)) {
            return new Verification(engine, seal, progress).run();
        }
    }

    /** What the journal holds where nothing is wrong with it; of the listing, which is only a copy, nothing is said. */
    static Optional<InventoryCache.Content> intact(Engine engine, ProgressListener progress) {
        return new Verification(engine, Optional.empty(), progress).intact();
    }

    /** Whether the tables of the database are what these events give: a file of lines. */
    static boolean tablesAreRight(Engine engine, Path events, ProgressListener progress) {
        var verification = new Verification(engine, Optional.empty(), progress);
        try (OpenJournal open = verification.open()) {
            return verification.verifier(events, tables(open, true)).errors().isEmpty();
        } catch (SQLException unreadable) {
            engine.requireDamage(unreadable);
            return false;
        }
    }

    private OpenJournal open() {
        return new OpenJournal(engine, engine.openForReading());
    }

    /**
     * Whether nobody has written since we began. Who is amid an event has it in one of the files, and is asked for
     * first.
     */
    private boolean isStill() {
        return !JournalLock.isWanted(folder)
                && folder.explained(() -> InventoryCache.Identity.of(folder)).equals(before);
    }

    private Report run() {
        return folder.explained(() -> {
            try {
                return checked();
            } catch (SQLException failure) {
                throw engine.problem(failure);
            }
        });
    }

    private Report checked() throws SQLException {
        if (engine.isAbsent()) {
            return report(new ChainVerifier(layout.journal(), Optional.empty(), seal));
        }
        try (OpenJournal open = open()) {
            return open.isOld() ? check(open, false) : checkWithTables(open);
        } catch (VmException refused) {
            if (!(refused.problem() instanceof Failure.JournalDamaged damaged)) {
                throw refused;
            }
            errors.clear();
            errors.add(IntegrityError.of(Place.DATABASE, Kind.UNREADABLE,
                    "the database cannot be read: " + damaged.reason()));
            trouble = Optional.of(damaged.reason());
            return diagnosed(Optional.empty(), Optional.empty());
        }
    }

    private Optional<InventoryCache.Content> intact() {
        try (OpenJournal open = open()) {
            var verifier = new ChainVerifier(layout.journal(), tables(open, true), seal);
            return sideBySide(open, verifier) && verifier.errors().isEmpty()
                    ? Optional.of(new InventoryCache.Content(verifier.inventory(), verifier.head()))
                    : Optional.empty();
        } catch (VmException refused) {
            if (refused.problem() instanceof Failure.JournalDamaged) {
                return Optional.empty();
            }
            throw refused;
        } catch (SQLException unreadable) {
            engine.requireDamage(unreadable);
            return Optional.empty();
        }
    }

    private Report checkWithTables(OpenJournal open) throws SQLException {
        try {
            return check(open, true);
        } catch (SQLException unreadable) {
            String reason = engine.requireDamage(unreadable);
            errors.clear();
            errors.add(IntegrityError.of(Place.TABLES, Kind.UNREADABLE,
                    "the tables that follow the events cannot be read: " + reason));
            return check(open, false);
        }
    }

    private Report check(OpenJournal open, boolean withTables) throws SQLException {
        var verifier = new ChainVerifier(layout.journal(), tables(open, withTables), seal);
        if (sideBySide(open, verifier)) {
            trouble = Completeness.trouble(engine.lacksEnd(), verifier.head().sequence(), verifier.head());
            checkListing(verifier);
            return report(verifier);
        }
        return diagnosed(Optional.of(open), tables(open, withTables));
    }

    private static Optional<TableCheck> tables(OpenJournal open, boolean wanted) {
        return wanted ? Optional.of(new TableCheck(open.connection(), open.indexHint())) : Optional.empty();
    }

    /** Whether both files hold the same events, a chain without a break. */
    private boolean sideBySide(OpenJournal open, ChainVerifier verifier) throws SQLException {
        long length = before.map(InventoryCache.Identity::mirrorLength).orElseGet(() -> new Mirror(folder).length());
        progress.begin("check the journal", length);
        try (var mirror = new Mirror(folder).read()) {
            return open.allLines(line -> {
                progress.advance(line.text().length());
                return mirror.next().equals(Optional.of(line)) && verifier.accepts(line);
            }) && mirror.position() >= length;
        }
    }

    /** What is recovered where the two files differ goes into a file for a while: it may not fit into memory. */
    private Report diagnosed(Optional<OpenJournal> open, Optional<TableCheck> tables) throws SQLException {
        Disk disk = folder.disk();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "ctl-verify-" + UUID.randomUUID());
        Path rows = temporary.resolve("database");
        Path events = temporary.resolve("events");
        disk.createFolder(temporary, FOR_THE_OWNER);
        try (var _ = folder.temporary(temporary);
                var _ = folder.temporary(rows);
                var _ = folder.temporary(events)) {
            if (open.isPresent()) {
                try (var lines = new LogFile.Writer(disk.create(rows, FOR_THE_OWNER))) {
                    open.get().writeLines(lines);
                }
            }
            return diagnosed(rows, events, tables);
        }
    }

    private Report diagnosed(Path rows, Path events, Optional<TableCheck> tables) throws SQLException {
        try (LogFile database = new LogFile(folder.disk(), rows);
                LogFile mirror = new LogFile(folder.disk(), layout.mirror())) {
            LogRecovery recovered = LogRecovery.of(folder, database, mirror, events, progress);
            trouble = trouble.or(() -> Completeness.trouble(
                    engine.lacksEnd(), database.highest(), recovered.head()));
            // Tables that hold what events gave that are lost would all be wrong.
            boolean isWhole = recovered.events() >= database.lines();
            ChainVerifier verifier = verifier(events, tables.filter(_ -> isWhole));
            if (!folder.isMissing(rows)) {
                errors.addAll(Diagnosis.of(Place.DATABASE, rows, recovered));
            }
            errors.addAll(Diagnosis.of(Place.MIRROR, layout.mirror(), recovered));
            reportEnd();
            return report(verifier);
        }
    }

    private ChainVerifier verifier(Path events, Optional<TableCheck> tables) throws SQLException {
        var verifier = new ChainVerifier(layout.journal(), tables, seal);
        progress.begin("check the tables", folder.length(events));
        try (var lines = new MirrorLines(folder.disk(), events)) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                progress.advance(line.get().text().length());
                verifier.accepts(line.get());
            }
        }
        return verifier;
    }

    private void reportEnd() {
        if (folder.isMissing(layout.mirror())) {
            errors.removeIf(error -> error.place() == Place.MIRROR);
            errors.add(IntegrityError.of(Place.MIRROR, Kind.REMOVED, "the mirror is missing"));
        } else if (new Mirror(folder).tail().torn().length > 0) {
            errors.add(IntegrityError.of(Place.MIRROR, Kind.TORN, "the mirror ends with a line that is torn"));
        }
    }

    /** A listing that is not of the journal as it is now is ignored. */
    private void checkListing(ChainVerifier verifier) {
        ListingFile file = new ListingFile(folder);
        Optional<InventoryCache> listed = file.read();
        if (listed.isEmpty() && !folder.isMissing(layout.listing()) && file.version().isEmpty()) {
            errors.add(IntegrityError.of(Place.LISTING, Kind.UNREADABLE,
                    "the listing cannot be read; it is ignored, and the next command writes a new one"));
        }
        if (listed.isPresent() && before.equals(listed.map(InventoryCache::identity))
                && !(listed.get().head().equals(verifier.head())
                        && listed.get().inventory().equals(verifier.inventory()))) {
            errors.add(IntegrityError.of(Place.LISTING, Kind.EDITED, "the listing is not what the events give"));
        }
    }

    /** What is missing in both files shows only beside them. */
    private void checkEnd(Head end) {
        recorded.contradiction(end).or(() -> Completeness.doubt(end, trouble, recorded)).ifPresent(words -> errors.add(
                IntegrityError.of(Place.JOURNAL, Kind.REMOVED, end.sequence() + 1, words)));
    }

    private Report report(ChainVerifier verifier) throws SQLException {
        errors.addAll(verifier.errors());
        checkEnd(verifier.head());
        return new Report(errors, verifier.head().sequence(), verifier.inventory(), verifier.digests());
    }
}
