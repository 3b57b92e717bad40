package ctl.vm.journal.repair;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.engine.JournalOpener;
import ctl.vm.journal.engine.OpenJournal;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.listing.RecordedEnd;
import ctl.vm.journal.mirror.HeadFile;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes a journal whole again, from whatever of it can be read: checks every event in both files and every row of the
 * tables, and puts each file anew that is not what the events give. What was there before is kept beside it. A long
 * journal takes no more memory than a short one.
 *
 * <p>If we die anywhere in here, each of the two files is the old one or the whole new one, and running it again
 * finishes it. The database goes first: from then on it holds everything, whatever the mirror is like.
 */
public final class Rebuild {

    private final Engine engine;
    private final JournalFolder folder;
    private final Layout layout;
    private final Instant now;
    private final Duration deadline;
    private final Steps steps;
    private final ProgressListener progress;
    private final List<String> done = new ArrayList<>();

    /** Called before each act that changes something: tests stop there. */
    interface Steps {
        Steps NONE = _ -> {};

        void reached(String step);
    }

    Rebuild(Engine engine, Clock clock, Duration deadline, Steps steps, ProgressListener progress) {
        this.engine = engine;
        this.folder = engine.folder();
        this.layout = folder.layout();
        this.now = clock.instant();
        this.deadline = deadline;
        this.steps = steps;
        this.progress = progress;
    }

    /**
     * What came of it.
     *
     * @param done what was done, a line each, for people; empty where the journal is right as it is, or nothing was
     *     done
     * @param events how many the journal has, or would have
     * @param loss which events are known to have been there and can be read nowhere. Where that was not accepted
     *     nothing has been changed
     */
    public record Result(List<String> done, long events, Optional<String> loss) {
        public Result {
            done = List.copyOf(done);
        }
    }

    /**
     * No other process can use the journal meanwhile. A journal that this process had found damaged can be used
     * afterwards.
     *
     * @param clock gives broken files the date in their names
     * @param deadline how long to wait for other processes
     * @param acceptLoss whether to go on without events that can be read nowhere, and with none if there is none
     * @throws VmException JournalTooNew, JournalInUse, or what the disk reports; both files are then the old ones or
     *     right
     */
    public static Result run(Engine engine, Clock clock, Duration deadline, boolean acceptLoss,
            ProgressListener progress) {
        return new Rebuild(engine, clock, deadline, Steps.NONE, progress).run(acceptLoss);
    }

    Result run(boolean acceptLoss) {
        if (engine.isAbsent()) {
            return new Result(List.of(), 0, Optional.empty());
        }
        try (JournalLock _ = JournalLock.take(folder, deadline)) {
            return folder.explained(() -> {
                openAsUsual();
                Optional<InventoryCache.Content> right = Verification.intact(engine, progress)
                        .filter(content -> isAllThatWasRecorded(content.head()));
                if (right.isPresent()) {
                    list(right.get());
                    return new Result(done, right.get().head().sequence(), Optional.empty());
                }
                return mend(acceptLoss);
            });
        }
    }

    /**
     * An older schema and a last line that is missing in the mirror are no damage: they are seen to as by every
     * command.
     */
    private void openAsUsual() {
        var opener = new JournalOpener(engine);
        try {
            if (opener.check() instanceof MirrorState.LastLineMissing) {
                try (OpenJournal open = opener.forWriting(true, new Deadline(deadline))) {
                    open.completeMirror(open.last(), _ -> {});
                }
            }
        } catch (VmException refused) {
            if (!(refused.problem() instanceof Failure.JournalDamaged)) {
                throw refused;
            }
        }
    }

    private boolean isAllThatWasRecorded(Head end) {
        RecordedEnd recorded = RecordedEnd.of(folder);
        return engine.lacksEnd() ? recorded.shows(end) : recorded.contradiction(end).isEmpty();
    }

    /** What can be read goes into files of their own first, as it may not fit into memory. */
    private Result mend(boolean acceptLoss) {
        Path rows = temporary("database");
        Path events = temporary("events");
        try (var _ = folder.temporary(rows);
                var _ = folder.temporary(events);
                RecoveredData data = RecoveredData.of(engine, rows)) {
            LogRecovery recovered = LogRecovery.of(folder, data.database(), data.mirror(), events,
                    progress);
            Optional<String> loss = data.loss(recovered);
            if (loss.isEmpty() || acceptLoss) {
                repair(data, recovered);
            }
            return new Result(done, recovered.events(), loss);
        }
    }

    /** The next try writes over them. */
    private Path temporary(String what) {
        return layout.journal().resolve("rebuild-%s.new".formatted(what));
    }

    private void repair(RecoveredData data, LogRecovery recovered) {
        Optional<String> databaseFault = databaseFault(data, recovered);
        Optional<String> mirrorFault = mirrorFault(data, recovered);
        if (databaseFault.isPresent()) {
            engine.makeOf(recovered.lines(), progress);
        }
        steps.reached("remove the listing");
        folder.disk().remove(layout.listing());
        if (!data.recorded().head().equals(Optional.of(recovered.head()))) {
            // It names an event whose loss was accepted, and must not name it any more once the files are right without
            // it.
            new HeadFile(folder).remove();
            folder.disk().syncFolder(layout.journal());
        }
        if (databaseFault.isPresent()) {
            replaceDatabase(databaseFault.get(), recovered);
        }
        if (mirrorFault.isPresent()) {
            replaceMirror(mirrorFault.get(), recovered);
        }
        list(new InventoryCache.Content(recovered.inventory(), recovered.head()));
    }

    private void list(InventoryCache.Content content) {
        engine.discard();
        folder.disk().remove(temporary("database"));
        folder.disk().remove(temporary("events"));
        folder.syncNames();
        steps.reached("write the listing");
        new ListingFile(folder).write(content);
        new HeadFile(folder).write(content.head());
    }

    private Optional<String> databaseFault(RecoveredData data, LogRecovery recovered) {
        if (data.trouble().isPresent()) {
            return data.trouble();
        }
        Optional<String> differs = recovered.difference(data.database());
        return differs.isPresent() || Verification.tablesAreRight(engine, recovered.lines(), progress)
                ? differs
                : Optional.of("its tables are not what its events give");
    }

    private Optional<String> mirrorFault(RecoveredData data, LogRecovery recovered) {
        if (folder.isMissing(layout.mirror())) {
            return Optional.of("it is missing");
        }
        Optional<String> differs = recovered.difference(data.mirror());
        return differs.isPresent() || folder.length(layout.mirror()) == folder.length(recovered.lines())
                ? differs
                : Optional.of("its last line is torn; its event was never acknowledged");
    }

    private void replaceDatabase(String fault, LogRecovery recovered) {
        keepAside("the database", fault, () -> engine.keepBackup(now));
        steps.reached("publish the database");
        engine.publish();
        done.add("the database was made anew with %d events".formatted(recovered.events()));
    }

    private void replaceMirror(String fault, LogRecovery recovered) {
        keepAside("the mirror", fault, () -> folder.isMissing(layout.mirror())
                ? Optional.empty()
                : Optional.of(folder.keepBackup(layout.mirror(), now).toString()));
        steps.reached("publish the mirror");
        folder.publish(recovered.lines(), layout.mirror());
        done.add("the mirror was written anew with %d events".formatted(recovered.events()));
    }

    private void keepAside(String what, String fault, Supplier<Optional<String>> keep) {
        steps.reached("keep " + what);
        String kept = keep.get().map("; it is kept as "::concat).orElse("");
        done.add("%s was damaged: %s%s".formatted(what, fault, kept));
    }
}
