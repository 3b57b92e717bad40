package ctl.vm.journal.h2;

import ctl.vm.inventory.Actor;
import ctl.vm.journal.engine.DatabaseJournal;
import ctl.vm.journal.sql.SchemaVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The journal of a root folder in an H2 file, which stands in the folder: the usual one. */
public final class H2Journal extends DatabaseJournal {

    /** The version of the tables that this program writes. */
    public static final int SCHEMA = SchemaVersion.KNOWN_VERSION;

    /** As {@link DatabaseJournal#DatabaseJournal}. */
    public H2Journal(Database database, Supplier<Actor> actor, Clock clock, Duration deadline,
            Consumer<String> warnings) {
        super(database, actor, clock, deadline, warnings);
    }
}
