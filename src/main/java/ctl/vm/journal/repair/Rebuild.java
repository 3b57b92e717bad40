package ctl.vm.journal.repair;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.file.BackupFile;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.file.FolderSync;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.h2.Database;
import ctl.vm.journal.h2.JournalOpener;
import ctl.vm.journal.h2.MirrorWriter;
import ctl.vm.journal.h2.NewDatabase;
import ctl.vm.journal.h2.OpenJournal;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a journal whole again, from whatever of it can be read: checks every event in both files and every row of the
 * tables, and puts each file anew that is not what the events give. What was there before is kept beside it. A long journal
 * takes no more memory than a short one.
 *
 * <p>If we die anywhere in here, each of the two files is the old one or the whole new one, and running it again finishes
 * it. The database goes first: from then on it holds everything, whatever the mirror is like.
 */
public final class Rebuild {

    private final Layout layout;
    private final Instant now;
    private final Duration deadline;
    private final Steps steps;
    private final ProgressListener progress;
    private final Database database;
    private final NewDatabase newDatabase;
    private final List<String> done = new ArrayList<>();

    /** Told before each act that changes something: tests stop there. */
    interface Steps {
        Steps NONE = _ -> {};

        void reached(String step);
    }

    Rebuild(Layout layout, Clock clock, Duration deadline, Steps steps, ProgressListener progress) {
        this.layout = layout;
        this.now = clock.instant();
        this.deadline = deadline;
        this.steps = steps;
        this.progress = progress;
        this.database = new Database(layout);
        this.newDatabase = new NewDatabase(layout, database);
    }

    /**
     * What came of it.
     *
     * @param done what was done, a line each, for people; empty where the journal is right as it is, or nothing was done
     * @param events how many the journal has, or would have
     * @param loss which events are known to have been there and can be read nowhere. Where that was not accepted nothing
     *     has been changed
     */
    public record Result(List<String> done, long events, Optional<String> loss) {
        public Result {
            done = List.copyOf(done);
        }
    }

    /**
     * Nobody else can use the journal meanwhile. A journal that this process had found damaged can be used afterwards.
     *
     * @param clock gives broken files the date in their names
     * @param deadline how long to wait for other processes
     * @param acceptLoss whether to go on without events that can be read nowhere, and with none if there is none
     * @throws VmException JournalTooNew, JournalInUse, or what the disk reports; both files are then the old ones or right
     */
    public static Result run(Layout layout, Clock clock, Duration deadline, boolean acceptLoss,
            ProgressListener progress) {
        return new Rebuild(layout, clock, deadline, Steps.NONE, progress).run(acceptLoss);
    }

    Result run(boolean acceptLoss) {
        if (database.isAbsent()) {
            return new Result(List.of(), 0, Optional.empty());
        }
        try (JournalLock _ = JournalLock.take(layout, new Deadline(deadline))) {
            openAsUsual();
            Optional<InventoryCache.Content> right = Verification.intact(layout, deadline, progress)
                    .filter(this::isAllThatWasListed);
            if (right.isPresent()) {
                list(right.get());
                return new Result(done, right.get().head().sequence(), Optional.empty());
            }
            return mend(acceptLoss);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        } catch (SQLException failure) {
            throw database.problem(failure);
        }
    }

    /** An older schema and a last line that is missing in the mirror are no damage: they are seen to as by every command. */
    private void openAsUsual() {
        var opener = new JournalOpener(layout, database);
        try {
            if (opener.check(new Deadline(deadline)) instanceof MirrorState.LastLineMissing) {
                try (OpenJournal open = opener.forWriting(true, new Deadline(deadline))) {
                    new MirrorWriter(layout, database, open, open.last());
                }
            }
        } catch (VmException refused) {
            if (!(refused.problem() instanceof Failure.JournalDamaged)) {
                throw refused;
            }
        }
    }

    private boolean isAllThatWasListed(InventoryCache.Content content) {
        return new ListingFile(layout).read()
                .map(listed -> listed.head().sequence() <= content.head().sequence())
                .orElse(true);
    }

    /** What can be read goes into files of their own first, as it may not fit into memory. */
    private Result mend(boolean acceptLoss) throws IOException, SQLException {
        Path rows = temporary("database");
        Path verifier = temporary("story");
        try (RecoveredData remains = RecoveredData.of(layout, database, new Deadline(deadline), rows)) {
            LogRecovery salvage = LogRecovery.of(layout.journal(), remains.database(), remains.mirror(), verifier,
                    progress);
            Optional<String> loss = new Loss(remains, salvage).text();
            if (loss.isEmpty() || acceptLoss) {
                repair(remains, salvage);
            }
            return new Result(done, salvage.events(), loss);
        } finally {
            Files.deleteIfExists(rows);
            Files.deleteIfExists(verifier);
        }
    }

    /** The next try writes over them. */
    private Path temporary(String what) {
        return layout.journal().resolve("rebuild-%s.new".formatted(what));
    }

    private void repair(RecoveredData remains, LogRecovery salvage) throws IOException, SQLException {
        Optional<String> databaseFault = databaseFault(remains, salvage);
        Optional<String> mirrorFault = mirrorFault(remains, salvage);
        if (databaseFault.isPresent()) {
            newDatabase.makeOf(salvage.verifier(), progress);
        }
        steps.reached("remove the listing");
        Files.deleteIfExists(layout.listing());
        if (databaseFault.isPresent()) {
            replaceDatabase(databaseFault.get(), salvage);
        }
        if (mirrorFault.isPresent()) {
            replaceMirror(mirrorFault.get(), salvage);
        }
        list(new InventoryCache.Content(salvage.inventory(), salvage.head()));
    }

    private void list(InventoryCache.Content content) throws IOException {
        newDatabase.discard();
        Files.deleteIfExists(temporary("database"));
        Files.deleteIfExists(temporary("story"));
        FolderSync.syncNames(layout);
        steps.reached("write the listing");
        new ListingFile(layout).write(content.with(InventoryCache.Identity.of(layout)));
    }

    private Optional<String> databaseFault(RecoveredData remains, LogRecovery salvage) throws IOException {
        if (remains.trouble().isPresent()) {
            return remains.trouble();
        }
        Optional<String> differs = salvage.difference(remains.database());
        return differs.isPresent() || Verification.tablesAreRight(layout, deadline, salvage.verifier(), progress)
                ? differs
                : Optional.of("its tables are not what its events give");
    }

    private Optional<String> mirrorFault(RecoveredData remains, LogRecovery salvage) throws IOException {
        if (new Mirror(layout.mirror()).holds(salvage.verifier())) {
            return Optional.empty();
        }
        if (Files.notExists(layout.mirror())) {
            return Optional.of("it is missing");
        }
        return Optional.of(salvage.difference(remains.mirror())
                .orElse("its last line is torn; its event was never acknowledged"));
    }

    private void replaceDatabase(String fault, LogRecovery salvage) throws IOException {
        keepAside("the database", layout.databaseFile(), fault);
        steps.reached("publish the database");
        newDatabase.publish();
        done.add("the database was made anew with %d events".formatted(salvage.events()));
    }

    private void replaceMirror(String fault, LogRecovery salvage) throws IOException {
        keepAside("the mirror", layout.mirror(), fault);
        steps.reached("publish the mirror");
        Files.move(salvage.verifier(), layout.mirror(), StandardCopyOption.ATOMIC_MOVE);
        FolderSync.sync(layout.journal());
        done.add("the mirror was written anew with %d events".formatted(salvage.events()));
    }

    private void keepAside(String what, Path file, String fault) throws IOException {
        if (Files.notExists(file)) {
            done.add("%s was damaged: %s".formatted(what, fault));
            return;
        }
        steps.reached("keep " + what);
        Path kept = BackupFile.keep(file, now);
        done.add("%s was damaged: %s; it is kept as %s".formatted(what, fault, kept));
    }
}
