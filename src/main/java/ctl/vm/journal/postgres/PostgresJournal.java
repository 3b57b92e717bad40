package ctl.vm.journal.postgres;

import ctl.vm.inventory.Actor;
import ctl.vm.journal.engine.DatabaseJournal;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The journal of a root whose folder several hosts share, in a schema of a PostgreSQL server. */
public final class PostgresJournal extends DatabaseJournal {

    /** As {@link DatabaseJournal#DatabaseJournal}. */
    public PostgresJournal(PostgresDatabase database, Supplier<Actor> actor, Clock clock, Duration deadline,
            Consumer<String> warnings) {
        super(database, actor, clock, deadline, warnings);
    }
}
