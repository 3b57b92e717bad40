package ctl.vm.journal.h2;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.file.FolderSync;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.journal.repair.Verification;
import java.io.IOException;
import java.sql.Connection;

/** Opens the journal so that it can be relied on, or says why it cannot. */
public final class JournalOpener {

    private final Layout layout;
    private final Database database;
    private final NewDatabase newDatabase;

    public JournalOpener(Layout layout, Database database) {
        this.layout = layout;
        this.database = database;
        this.newDatabase = new NewDatabase(layout, database);
    }

    /**
     * For reading. Several may do so at a time; whoever writes keeps them out.
     *
     * @param untouched whether the files look as the last of us left them. If not, their ends are checked first
     */
    public OpenJournal forReading(boolean untouched, Deadline deadline) {
        OpenJournal open = looked(database.openForReading(deadline));
        if (!checked(open, open::isOld)) {
            return untouched ? open : withCheckedEnd(open);
        }
        open.close();
        try (JournalLock _ = JournalLock.take(layout, deadline)) {
            upgradeWhereOld(deadline);
        }
        return withCheckedEnd(looked(database.openForReading(deadline)));
    }

    /**
     * For writing, by the holder of the {@link JournalLock}. Makes the journal where there is none.
     *
     * @param untouched whether the files look as the last of us left them. If not, their ends are checked first, without
     *     writing: H2 takes a file whose end is missing for an older one and goes on from there, over what is left
     */
    public OpenJournal forWriting(boolean untouched, Deadline deadline) {
        if (!untouched) {
            makeOrCheck(deadline);
        }
        OpenJournal open = looked(database.openForWriting(deadline));
        checked(open, open::isOld);
        return open;
    }

    private void makeOrCheck(Deadline deadline) {
        if (database.isAbsent()) {
            newDatabase.make();
        } else {
            check(deadline);
        }
        try {
            FolderSync.syncNames(layout);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    /**
     * Checks the ends of both files, for the holder of the {@link JournalLock}. Changes nothing, unless the tables are old.
     *
     * @return how the mirror stands to the database
     */
    public MirrorState check(Deadline deadline) {
        upgradeWhereOld(deadline);
        try (OpenJournal open = withCheckedEnd(looked(database.openForReading(deadline)))) {
            return open.agreement();
        }
    }

    private void upgradeWhereOld(Deadline deadline) {
        OpenJournal open = looked(database.openForReading(deadline));
        boolean old = checked(open, open::isOld);
        open.close();
        if (old) {
            newDatabase.upgrade();
        }
    }

    /**
     * The newest events are right and none is missing, and the mirror does not know more, which would show that the
     * database has lost events. That is all that a crash can have left undone: what was acknowledged before is not written
     * over. It costs the same in a journal of any length; looking at every event is left to {@link Verification}.
     */
    private OpenJournal withCheckedEnd(OpenJournal open) {
        if (checked(open, open::agreement) instanceof MirrorState.DatabaseBehind behind) {
            open.close();
            throw database.damaged(behind.reason());
        }
        checked(open, () -> {
            open.checkEnd();
            return open;
        });
        return open;
    }

    private OpenJournal looked(Connection connection) {
        return new OpenJournal(layout, database, connection);
    }

    private interface Check<T> {
        T result();
    }

    /** Closes the journal where a check of it fails. */
    private static <T> T checked(OpenJournal open, Check<T> check) {
        try {
            return check.result();
        } catch (RuntimeException failure) {
            open.close();
            throw failure;
        }
    }
}
