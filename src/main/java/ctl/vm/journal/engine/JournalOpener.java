package ctl.vm.journal.engine;

import ctl.vm.journal.Deadline;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.RecordedEnd;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.journal.repair.Verification;
import ctl.vm.problem.VmException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Opens the journal so that it can be relied on, or says why it cannot. */
public final class JournalOpener {

    private final Engine engine;
    private final JournalFolder folder;

    public JournalOpener(Engine engine) {
        this.engine = engine;
        this.folder = engine.folder();
    }

    /**
     * For reading. Keeps no process from writing, and sees what it has written until now.
     *
     * @param untouched whether the files look as the last of us left them. If not, their ends are checked first
     * @param patience how long to try again where a process writes meanwhile, and for how long to wait for it where
     *     tables are old
     */
    public OpenJournal forReading(boolean untouched, Duration patience) {
        var deadline = new Deadline(patience);
        while (true) {
            Optional<InventoryCache.Identity> before = InventoryCache.Identity.of(folder);
            try {
                return forReadingNow(untouched, patience);
            } catch (VmException failure) {
                // A process may have written between two looks, or have put another database in the place of this one.
                if (InventoryCache.Identity.of(folder).equals(before) || !deadline.pause()) {
                    throw failure;
                }
            }
        }
    }

    private OpenJournal forReadingNow(boolean untouched, Duration patience) {
        Before before = before();
        OpenJournal open = opened();
        if (!checked(open, OpenJournal::isOld)) {
            return untouched && !engine.isShared() ? open : withCheckedEnd(open, before, untouched);
        }
        open.close();
        try (JournalLock _ = JournalLock.take(folder, patience)) {
            upgradeWhereOld();
        }
        Before now = before();
        return withCheckedEnd(opened(), now, false);
    }

    /**
     * For writing, by the holder of the {@link JournalLock}. Makes the journal where there is none.
     *
     * @param untouched whether the files look as the last of us left them. If not, their ends are checked first,
     *     without writing: H2 takes a file whose end is missing for an older one and goes on from there, over what is
     *     left
     */
    public OpenJournal forWriting(boolean untouched, Deadline deadline) {
        if (engine.isShared()) {
            return forWritingShared(untouched, deadline);
        }
        if (!untouched) {
            if (engine.isAbsent()) {
                engine.make();
            } else {
                check();
            }
            folder.explained(folder::syncNames);
        }
        OpenJournal open = new OpenJournal(engine, engine.openForWriting(deadline));
        checked(open, OpenJournal::isOld);
        return open;
    }

    /** What others may have written meanwhile is looked at through the connection that writes. */
    private OpenJournal forWritingShared(boolean untouched, Deadline deadline) {
        if (!untouched) {
            folder.explained(folder::syncNames);
        }
        Before before = before();
        OpenJournal open = new OpenJournal(engine, engine.openForWriting(deadline));
        if (checked(open, OpenJournal::isOld)) {
            open.close();
            engine.upgrade();
            open = new OpenJournal(engine, engine.openForWriting(deadline));
        }
        return withCheckedEnd(open, before, untouched);
    }

    /**
     * Checks the ends of both files, for the holder of the {@link JournalLock}. Changes nothing, unless the tables are
     * old.
     *
     * @return how the mirror stands to the database
     */
    public MirrorState check() {
        upgradeWhereOld();
        Before before = before();
        try (OpenJournal open = withCheckedEnd(opened(), before, false)) {
            return open.mirrorState();
        }
    }

    private void upgradeWhereOld() {
        boolean isOld;
        try (OpenJournal open = opened()) {
            isOld = open.isOld();
        }
        if (isOld) {
            engine.upgrade();
        }
    }

    /**
     * The newest events are right and none is missing, and the mirror does not know more, which would show that the
     * database has lost events. That is all that a crash can have left undone: what was acknowledged before is not
     * written over. It costs the same in a journal of any length; looking at every event is left to
     * {@link Verification}.
     *
     * @param before the database was opened: what another process has acknowledged since is no loss
     * @param untouched whether the newest events were found right before
     */
    private OpenJournal withCheckedEnd(OpenJournal open, Before before, boolean untouched) {
        return checked(open, journal -> {
            if (new Mirror(folder).length() > before.mirrored().length()) {
                requireAtLeast(before.mirrored(), journal.head().sequence());
            } else if (journal.mirrorState() instanceof MirrorState.DatabaseBehind behind) {
                throw engine.damaged(behind.reason());
            }
            journal.requireAllThatWasRecorded(before.recorded());
            if (!untouched) {
                journal.checkEnd();
            }
            return journal;
        });
    }

    /** While another process appends, the end of the mirror is not that of the database. */
    private void requireAtLeast(Mirror.Tail mirrored, long last) {
        var line = new EventLine(mirrored.last());
        if (line.isIntact() && line.sequence().orElse(0) > last) {
            throw engine.damaged("the database ends with event %d, and its mirror goes on".formatted(last));
        }
    }

    private Before before() {
        return folder.explained(() -> new Before(new Mirror(folder).tail(), RecordedEnd.of(folder)));
    }

    /**
     * What the other files said of the end.
     *
     * @param mirrored how the mirror ended
     * @param recorded what was noted of the last event
     */
    private record Before(Mirror.Tail mirrored, RecordedEnd recorded) {}

    private OpenJournal opened() {
        return new OpenJournal(engine, engine.openForReading());
    }

    /** Closes the journal where a check of it fails. */
    private static <T> T checked(OpenJournal open, Function<OpenJournal, T> check) {
        try {
            return check.apply(open);
        } catch (RuntimeException | Error failure) {
            try (open) {
                throw failure;
            }
        }
    }
}
