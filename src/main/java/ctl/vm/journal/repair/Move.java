package ctl.vm.journal.repair;

import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.engine.JournalOpener;
import ctl.vm.journal.engine.OpenJournal;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.mirror.LogFile;
import ctl.vm.journal.mirror.MirrorLines;
import ctl.vm.journal.postgres.Authority;
import ctl.vm.journal.postgres.PostgresDatabase;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.ServerFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Moves a journal from one database to another, with all events. Both sides are read and checked link by link, and the
 * file {@code authority} is what switches: if we die before it is written or removed, the old database has the journal,
 * and after that the new one, which has every event. Doing it again finishes it.
 */
public final class Move {

    private final JournalFolder folder;
    private final Layout layout;
    private final Duration deadline;
    private final Consumer<Inventory> quiet;
    private final Steps steps;
    private final ProgressListener progress;

    /** Called before each act that changes something: tests stop there. */
    interface Steps {
        Steps NONE = _ -> {};

        void reached(String step);
    }

    /**
     * @param deadline how long to wait for other processes
     * @param quiet refuses, when nobody can append any more, where an operation still runs
     */
    public Move(JournalFolder folder, Duration deadline, Consumer<Inventory> quiet, ProgressListener progress) {
        this(folder, deadline, quiet, Steps.NONE, progress);
    }

    Move(JournalFolder folder, Duration deadline, Consumer<Inventory> quiet, Steps steps, ProgressListener progress) {
        this.folder = folder;
        this.layout = folder.layout();
        this.deadline = deadline;
        this.quiet = quiet;
        this.steps = steps;
        this.progress = progress;
    }

    /**
     * Makes a server the authority.
     *
     * @param from the database that has the journal now
     * @param to gives the schema for an authority
     * @return the last event, the same on both sides
     */
    public Head toServer(Engine from, String url, Function<Authority, PostgresDatabase> to) {
        return locked(() -> {
            Head end = copyOf(from, (open, events) -> {
                Authority authority = Authority.of(url, open.identity().orElseThrow());
                PostgresDatabase server = to.apply(authority);
                requireOurs(server, authority, events);
                fill(server, events, open.head());
                steps.reached("switch to the server");
                authority.write(folder);
            });
            finish(to);
            return end;
        });
    }

    /**
     * Does what a move has left undone where it died behind the switch: an older program must not find the database file
     * of a journal that is on a server, and a server must know that a journal has left.
     *
     * @param to gives the schema for an authority
     */
    public void finish(Function<Authority, PostgresDatabase> to) {
        folder.explained(() -> {
            Optional<Authority> left = Authority.readLeft(folder);
            if (folder.isMissing(layout.authority())) {
                left.ifPresent(authority -> tell(to.apply(authority)));
                return;
            }
            if (!folder.isMissing(layout.databaseFile())) {
                steps.reached("set the database file aside");
                folder.publish(layout.databaseFile(), layout.movedDatabaseFile());
            }
            if (left.isPresent()) {
                Authority.forgetLeft(folder);
            }
        });
    }

    private void tell(PostgresDatabase left) {
        // The file of before the move to the server has fewer events.
        folder.disk().remove(layout.movedDatabaseFile());
        steps.reached("tell the server");
        left.leave();
        Authority.forgetLeft(folder);
    }

    /** Makes the database file the authority again. @return the last event, the same on both sides */
    public Head intoFolder(PostgresDatabase from, Engine to) {
        return locked(() -> {
            Head end = copyOf(from, (open, events) -> {
                fill(to, events, open.head());
                steps.reached("switch to the folder");
                Authority.leave(folder);
            });
            tell(from);
            return end;
        });
    }

    private interface Work {
        Head run();
    }

    private Head locked(Work work) {
        try (JournalLock _ = JournalLock.take(folder, deadline)) {
            return folder.explained(work::run);
        }
    }

    private interface Copy {
        void take(OpenJournal source, Path events);
    }

    /** @param copy is given all events as a file of lines, each checked against the one before it */
    private Head copyOf(Engine from, Copy copy) {
        Path events = layout.movingEvents();
        try (var _ = folder.temporary(events);
                OpenJournal open = new JournalOpener(from).forWriting(false, new Deadline(deadline))) {
            open.completeMirror(open.last(), _ -> {});
            quiet.accept(open.inventory());
            Head end = checked(open);
            if (end.equals(Head.BEGINNING)) {
                throw new Misuse.EmptyJournal(layout.journal()).thrown();
            }
            try (var lines = new LogFile.Writer(folder.makeAnew(events))) {
                open.writeLines(lines);
                lines.sync();
            }
            copy.take(open, events);
            return end;
        }
    }

    private static Head checked(OpenJournal open) {
        Head[] last = {Head.BEGINNING};
        open.forEach(1, recorded -> last[0] = new Head(recorded.sequence(), recorded.hash()));
        return last[0];
    }

    /** Fills the other database, and reads it again: what it answers is what counts. */
    private void fill(Engine to, Path events, Head end) {
        steps.reached("fill the new database");
        to.makeOf(events, progress);
        steps.reached("publish the new database");
        to.publish();
        try (OpenJournal copy = new OpenJournal(to, to.openForReading())) {
            if (!checked(copy).equals(end) || !copy.head().equals(end)) {
                throw to.damaged("it does not hold the events that were copied there");
            }
        }
        if (!Verification.tablesAreRight(to, events, progress)) {
            throw to.damaged("its tables are not what its events give");
        }
    }

    /** An older copy of this journal is replaced; one that knows more, or something else, is not touched. */
    private void requireOurs(PostgresDatabase server, Authority authority, Path events) {
        Optional<Head> there = server.end().filter(end -> !end.equals(Head.BEGINNING));
        if (there.isPresent() && !holds(events, there.get())) {
            throw new ServerFailure.OtherJournal(server.place(), authority.schema(), there.get().sequence()).thrown();
        }
    }

    private boolean holds(Path events, Head end) {
        try (var lines = new MirrorLines(folder.disk(), events)) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                EventLine event = line.get();
                if (event.sequence().orElse(0) == end.sequence()) {
                    return event.hash().equals(end.hash());
                }
            }
            return false;
        }
    }
}
