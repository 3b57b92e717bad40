package ctl.vm.journal.h2;

import ctl.vm.journal.Deadline;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.journal.repair.Verification;
import java.util.function.Function;

/** Opens the journal so that it can be relied on, or says why it cannot. */
public final class JournalOpener {

    private final Database database;
    private final JournalFolder folder;

    public JournalOpener(Database database) {
        this.database = database;
        this.folder = database.folder();
    }

    /**
     * For reading. Several may do so at a time; a process that writes keeps them out.
     *
     * @param untouched whether the files look as the last of us left them. If not, their ends are checked first
     */
    public OpenJournal forReading(boolean untouched, Deadline deadline) {
        OpenJournal open = opened(deadline);
        if (!checked(open, OpenJournal::isOld)) {
            return untouched ? open : withCheckedEnd(open);
        }
        open.close();
        try (JournalLock _ = JournalLock.take(folder, deadline)) {
            upgradeWhereOld(deadline);
        }
        return withCheckedEnd(opened(deadline));
    }

    /**
     * For writing, by the holder of the {@link JournalLock}. Makes the journal where there is none.
     *
     * @param untouched whether the files look as the last of us left them. If not, their ends are checked first, without
     *     writing: H2 takes a file whose end is missing for an older one and goes on from there, over what is left
     */
    public OpenJournal forWriting(boolean untouched, Deadline deadline) {
        if (!untouched) {
            if (database.isAbsent()) {
                new NewDatabase(database).make();
            } else {
                check(deadline);
            }
            folder.explained(folder::syncNames);
        }
        OpenJournal open = new OpenJournal(database, database.openForWriting(deadline));
        checked(open, OpenJournal::isOld);
        return open;
    }

    /**
     * Checks the ends of both files, for the holder of the {@link JournalLock}. Changes nothing, unless the tables are old.
     *
     * @return how the mirror stands to the database
     */
    public MirrorState check(Deadline deadline) {
        upgradeWhereOld(deadline);
        try (OpenJournal open = withCheckedEnd(opened(deadline))) {
            return open.mirrorState();
        }
    }

    private void upgradeWhereOld(Deadline deadline) {
        boolean isOld;
        try (OpenJournal open = opened(deadline)) {
            isOld = open.isOld();
        }
        if (isOld) {
            new NewDatabase(database).upgrade();
        }
    }

    /**
     * The newest events are right and none is missing, and the mirror does not know more, which would show that the
     * database has lost events. That is all that a crash can have left undone: what was acknowledged before is not written
     * over. It costs the same in a journal of any length; looking at every event is left to {@link Verification}.
     */
    private OpenJournal withCheckedEnd(OpenJournal open) {
        return checked(open, journal -> {
            if (journal.mirrorState() instanceof MirrorState.DatabaseBehind behind) {
                throw database.damaged(behind.reason());
            }
            journal.requireAllThatWasRecorded();
            journal.checkEnd();
            return journal;
        });
    }

    private OpenJournal opened(Deadline deadline) {
        return new OpenJournal(database, database.openForReading(deadline));
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
