package ctl.vm.journal;

import ctl.vm.inventory.Layout;
import java.sql.Connection;

/** Opens the journal so that it can be relied on, or says why it cannot. */
final class Opener {

    private final Layout layout;
    private final Database database;
    private final NewDatabase newDatabase;

    Opener(Layout layout, Database database) {
        this.layout = layout;
        this.database = database;
        this.newDatabase = new NewDatabase(layout, database);
    }

    /** For reading. Several may do so at a time; whoever writes keeps them out. */
    OpenJournal forReading(Patience patience) {
        OpenJournal open = looked(database.openForReading(patience));
        if (!checked(open, open::isOld)) {
            return checkedForLoss(open);
        }
        open.close();
        try (JournalLock _ = JournalLock.take(layout, patience)) {
            upgradeWhereOld(patience);
        }
        return checkedForLoss(looked(database.openForReading(patience)));
    }

    /**
     * For writing, by the holder of the {@link JournalLock}. Makes the journal where there is none.
     *
     * @param untouched whether the files look as the last of us left them. If not, they are looked at first without
     *     writing: H2 takes a file whose end is missing for an older one and goes on from there, over what is left
     */
    OpenJournal forWriting(boolean untouched, Patience patience) {
        if (database.isAbsent()) {
            newDatabase.make();
        } else if (!untouched) {
            upgradeWhereOld(patience);
        }
        OpenJournal open = looked(database.openForWriting(patience));
        checked(open, open::isOld);
        return open;
    }

    private void upgradeWhereOld(Patience patience) {
        OpenJournal open = looked(database.openForReading(patience));
        if (checked(open, open::isOld)) {
            open.close();
            newDatabase.upgrade();
        } else {
            checkedForLoss(open).close();
        }
    }

    /** A mirror that knows more than the database shows that the database has lost events. */
    private OpenJournal checkedForLoss(OpenJournal open) {
        if (checked(open, open::agreement) instanceof Agreement.DatabaseBehind behind) {
            open.close();
            throw database.damaged(behind.reason());
        }
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
