package ctl.vm.journal;

import ctl.vm.inventory.Layout;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a journal whole again, from whatever of it can be read: checks every event in both files, makes a new database
 * from the events, and puts each file anew that is not what they give. What was there before is kept beside it.
 *
 * <p>If we die anywhere in here, each of the two files is the old one or the whole new one, and running it again finishes
 * it. The database goes first: from then on it holds everything, whatever the mirror is like.
 */
public final class Rebuild {

    private final Layout layout;
    private final Instant now;
    private final Duration patience;
    private final Steps steps;
    private final Database database;
    private final NewDatabase newDatabase;
    private final List<String> done = new ArrayList<>();

    /** Told before each act that changes something: tests stop there. */
    interface Steps {
        Steps NONE = _ -> {};

        void reached(String step);
    }

    Rebuild(Layout layout, Clock clock, Duration patience, Steps steps) {
        this.layout = layout;
        this.now = clock.instant();
        this.patience = patience;
        this.steps = steps;
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
     * @param patience how long to wait for other processes
     * @param acceptLoss whether to go on without events that can be read nowhere, and with none if there is none
     * @throws VmException JournalTooNew, JournalInUse, or what the disk reports; both files are then the old ones or right
     */
    public static Result run(Layout layout, Clock clock, Duration patience, boolean acceptLoss) {
        return new Rebuild(layout, clock, patience, Steps.NONE).run(acceptLoss);
    }

    Result run(boolean acceptLoss) {
        if (database.isAbsent()) {
            return new Result(List.of(), 0, Optional.empty());
        }
        try (JournalLock _ = JournalLock.take(layout, new Patience(patience))) {
            openAsUsual();
            Remains remains = Remains.of(layout, database, new Patience(patience));
            Salvage salvage = Salvage.of(layout.journal(), remains.database(), remains.mirror());
            Optional<String> loss = new Loss(remains, salvage).text();
            if (loss.isEmpty() || acceptLoss) {
                repair(remains, salvage);
            }
            return new Result(done, salvage.head().sequence(), loss);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        } catch (SQLException failure) {
            throw database.problem(failure);
        }
    }

    /** An older schema and a last line that is missing in the mirror are no damage: they are seen to as by every command. */
    private void openAsUsual() {
        var opener = new Opener(layout, database);
        try {
            if (opener.check(new Patience(patience)) instanceof Agreement.LastLineMissing) {
                try (OpenJournal open = opener.forWriting(true, new Patience(patience))) {
                    new Follower(layout, database, open);
                }
            }
        } catch (VmException refused) {
            if (!(refused.problem() instanceof Failure.JournalDamaged)) {
                throw refused;
            }
        }
    }

    private void repair(Remains remains, Salvage salvage) throws IOException, SQLException {
        newDatabase.makeOf(salvage.events());
        Optional<String> databaseFault = databaseFault(remains, salvage);
        Optional<String> mirrorFault = mirrorFault(remains, salvage);
        steps.reached("remove the listing");
        Files.deleteIfExists(layout.listing());
        if (databaseFault.isPresent()) {
            replaceDatabase(databaseFault.get(), salvage);
        } else {
            newDatabase.discard();
        }
        if (mirrorFault.isPresent()) {
            replaceMirror(mirrorFault.get(), salvage);
        }
        FolderSync.syncNames(layout);
        steps.reached("write the listing");
        new ListingFile(layout).write(
                new Listed(salvage.fold().inventory(), salvage.head(), Listed.Identity.of(layout)));
    }

    private Optional<String> databaseFault(Remains remains, Salvage salvage) throws SQLException {
        if (remains.trouble().isPresent()) {
            return remains.trouble();
        }
        Optional<String> differs = salvage.difference(remains.database());
        return differs.isPresent() || remains.tables().equals(newTables())
                ? differs
                : Optional.of("its tables are not what its events give");
    }

    private List<String> newTables() throws SQLException {
        try (Connection connection = database.lookAtNew()) {
            return new Projections(connection).rows();
        }
    }

    private Optional<String> mirrorFault(Remains remains, Salvage salvage) throws IOException {
        if (new Mirror(layout.mirror()).holds(salvage.events())) {
            return Optional.empty();
        }
        if (Files.notExists(layout.mirror())) {
            return Optional.of("it is missing");
        }
        return Optional.of(salvage.difference(remains.wholeLines())
                .orElse("its last line is torn; its event was never acknowledged"));
    }

    private void replaceDatabase(String fault, Salvage salvage) throws IOException {
        keepAside("the database", layout.databaseFile(), fault);
        steps.reached("publish the database");
        newDatabase.publish();
        done.add("the database was made anew with %d events".formatted(salvage.events().size()));
    }

    private void replaceMirror(String fault, Salvage salvage) throws IOException {
        keepAside("the mirror", layout.mirror(), fault);
        Path fresh = layout.mirror().resolveSibling(layout.mirror().getFileName() + ".new");
        steps.reached("write the mirror");
        new Mirror(fresh).write(salvage.events());
        steps.reached("publish the mirror");
        Files.move(fresh, layout.mirror(), StandardCopyOption.ATOMIC_MOVE);
        FolderSync.sync(layout.journal());
        done.add("the mirror was written anew with %d events".formatted(salvage.events().size()));
    }

    private void keepAside(String what, Path file, String fault) throws IOException {
        if (Files.notExists(file)) {
            done.add("%s was damaged: %s".formatted(what, fault));
            return;
        }
        steps.reached("keep " + what);
        Path kept = KeptAside.keep(file, now);
        done.add("%s was damaged: %s; it is kept as %s".formatted(what, fault, kept));
    }
}
