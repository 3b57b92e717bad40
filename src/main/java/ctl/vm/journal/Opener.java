package ctl.vm.journal;

import ctl.vm.inventory.Layout;
import java.io.IOException;
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

    /**
     * For reading. Several may do so at a time; whoever writes keeps them out.
     *
     * @param untouched whether the files look as the last of us left them. If not, every event is checked first
     */
    OpenJournal forReading(boolean untouched, Patience patience) {
        OpenJournal open = looked(database.openForReading(patience));
        if (!checked(open, open::isOld)) {
            return untouched ? open : checkedWhole(open);
        }
        open.close();
        try (JournalLock _ = JournalLock.take(layout, patience)) {
            upgradeWhereOld(patience);
        }
        return checkedWhole(looked(database.openForReading(patience)));
    }

    /**
     * For writing, by the holder of the {@link JournalLock}. Makes the journal where there is none.
     *
     * @param untouched whether the files look as the last of us left them. If not, every event is checked first, without
     *     writing: H2 takes a file whose end is missing for an older one and goes on from there, over what is left
     */
    OpenJournal forWriting(boolean untouched, Patience patience) {
        if (!untouched) {
            makeOrCheck(patience);
        }
        OpenJournal open = looked(database.openForWriting(patience));
        checked(open, open::isOld);
        return open;
    }

    private void makeOrCheck(Patience patience) {
        if (database.isAbsent()) {
            newDatabase.make();
        } else {
            check(patience);
        }
        try {
            FolderSync.syncNames(layout);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    /**
     * Checks everything, for the holder of the {@link JournalLock}. Changes nothing, unless the tables are old.
     *
     * @return how the mirror stands to the database
     */
    Agreement check(Patience patience) {
        upgradeWhereOld(patience);
        try (OpenJournal open = checkedWhole(looked(database.openForReading(patience)))) {
            return open.agreement();
        }
    }

    private void upgradeWhereOld(Patience patience) {
        OpenJournal open = looked(database.openForReading(patience));
        boolean old = checked(open, open::isOld);
        open.close();
        if (old) {
            newDatabase.upgrade();
        }
    }

    /**
     * Every event is right, and the mirror does not know more, which would show that the database has lost events. Takes
     * about a second for ten thousand events, and is done only where the listing does not say that nobody was here.
     */
    private OpenJournal checkedWhole(OpenJournal open) {
        if (checked(open, open::agreement) instanceof Agreement.DatabaseBehind behind) {
            open.close();
            throw database.damaged(behind.reason());
        }
        checked(open, open::fold);
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
