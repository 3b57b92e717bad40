package ctl.vm.journal.engine;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.mirror.HeadFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The time in which this process alone may write to the journal, and the one place where an event is appended. The
 * database is opened when it is needed for the first time: a request that is refused by what the listing says does not
 * wait for that.
 */
final class WriteSession implements AutoCloseable {

    private final Engine engine;
    private final JournalFolder folder;
    private final ListingFile listing;
    private final Actor actor;
    private final Clock clock;
    private final Duration deadline;
    private final Consumer<String> warnings;
    private final JournalLock lock;
    private Optional<Writable> opened = Optional.empty();
    /** The last event as this session knows it, where the database has to be opened again. */
    private Optional<Head> known = Optional.empty();
    /** Why nothing more can be done in this session: others write to the journal as well. */
    private Optional<VmException> over = Optional.empty();

    /**
     * @param deadline how long to wait for other processes, each time: the session itself may take as long as it likes
     */
    WriteSession(Engine engine, ListingFile listing, Actor actor, Clock clock, Duration deadline,
            Consumer<String> warnings) {
        this.engine = engine;
        this.folder = engine.folder();
        this.listing = listing;
        this.actor = actor;
        this.clock = clock;
        this.deadline = deadline;
        this.warnings = warnings;
        this.lock = JournalLock.take(folder, deadline);
    }

    Recorded append(OperationId operation, Event event) {
        var repetitions = new Deadline(deadline);
        Optional<Recorded> recorded = Optional.empty();
        while (recorded.isEmpty()) {
            recorded = tryToAppend(operation, event, repetitions);
        }
        return recorded.get();
    }

    /** Empty where nothing has become of it, and it is worth another try. */
    private Optional<Recorded> tryToAppend(OperationId operation, Event event, Deadline repetitions) {
        Writable journal = opened();
        try {
            Recorded recorded = folder.explained(() -> journal.append(operation, event));
            if (journal.isCutOff) {
                opened = Optional.empty();
            }
            return Optional.of(recorded);
        } catch (ImpossibleEvent impossible) {
            // Found out before anything was written.
            throw impossible;
        } catch (LostAppend lost) {
            abandon(journal, lost);
            if (!repetitions.pause()) {
                throw lost.problem;
            }
            known = Optional.of(journal.head);
            return Optional.empty();
        } catch (VmException refused) {
            abandon(journal, refused);
            over = Optional.of(refused).filter(failure -> failure.problem() instanceof Busy.JournalChanged);
            throw refused;
        } catch (RuntimeException | Error failure) {
            abandon(journal, failure);
            throw failure;
        }
    }

    private void abandon(Writable journal, Throwable failure) {
        opened = Optional.empty();
        journal.open.abandon(failure);
    }

    /** An append of which nothing is there, as its connection broke off. */
    private static final class LostAppend extends RuntimeException {

        private final VmException problem;

        LostAppend(VmException problem) {
            super(problem);
            this.problem = problem;
        }
    }

    Inventory inventory() {
        if (opened.isEmpty() && !engine.isShared()) {
            if (engine.isAbsent()) {
                return Inventory.EMPTY;
            }
            Optional<InventoryCache> current = listing.current();
            if (current.isPresent()) {
                return current.get().inventory();
            }
        }
        return opened().fold.inventory();
    }

    /** Empty where there is no journal yet. */
    <T> Optional<T> reading(Function<OpenJournal, T> question) {
        return opened.isPresent() || !engine.isAbsent()
                ? Optional.of(question.apply(opened().open))
                : Optional.empty();
    }

    private Writable opened() {
        if (over.isPresent()) {
            throw over.get();
        }
        if (opened.isEmpty()) {
            Optional<InventoryCache> listed = listing.current();
            OpenJournal open = new JournalOpener(engine).forWriting(listed.isPresent(), new Deadline(deadline));
            try {
                opened = Optional.of(folder.explained(() -> new Writable(open, listed)));
                requireKnown(opened.get().head);
            } catch (RuntimeException | Error failure) {
                opened = Optional.empty();
                open.abandon(failure);
                throw failure;
            }
        }
        return opened.get();
    }

    /** What was decided before the connection broke off rests on what had been recorded until then. */
    private void requireKnown(Head head) {
        if (known.filter(before -> !before.equals(head)).isPresent()) {
            throw new Busy.JournalChanged(folder.layout().journal()).thrown();
        }
    }

    /** The journal while its database is open for writing. */
    private final class Writable {

        private final OpenJournal open;
        private final Mirror mirror = new Mirror(folder);
        private final HeadFile headFile = new HeadFile(folder);
        private final Fold fold;
        private Head head;
        private long mirrorLength;
        /** Whether the connection broke off in an append that was found to be there. */
        private boolean isCutOff;

        /**
         * Brings the mirror up to the database first.
         *
         * @param listed what the listing holds, where it is current: what the tables hold need not be read then
         */
        private Writable(OpenJournal open, Optional<InventoryCache> listed) {
            this.open = open;
            Optional<EventRow> last = open.last();
            this.head = Head.of(last);
            this.mirrorLength = open.completeMirror(last, warnings);
            this.fold = new Fold(listed
                    .filter(known -> known.head().equals(head))
                    .map(InventoryCache::inventory)
                    .orElseGet(open::inventory));
        }

        /**
         * Appends an event. On disk, if we die
         * <ol>
         * <li>before the commit: nothing of it;
         * <li>before the checkpoint is synced: nothing, or the event in the database, not acknowledged;
         * <li>before the mirror is synced: the event in the database; in the mirror nothing, or part of its line, which
         *     the process that opens the journal next completes;
         * <li>after that: the event in both. The head file may still name the one before it.
         * </ol>
         * After any failure but an impossible event the journal must be abandoned and opened again: what has become of
         * the event is then seen from the files.
         */
        private Recorded append(OperationId operation, Event event) {
            Actor by = AuditEntry.isBegunBy(event) ? actor : actor.alone();
            EventRow row = EventRow.after(
                    head, operation, clock.instant(), by, event, EventSubject.of(event, fold.operation(operation)));
            Fold.Change change = fold.next(row.recorded(operation, by, event));
            Head next = new Head(row.sequence(), row.hash());
            try {
                open.write(head, row, change);
            } catch (SQLException failure) {
                requireCommitted(failure, next);
            }
            mirrorLength = mirror.write(mirrorLength, row.line());
            head = next;
            headFile.write(head);
            return change.event();
        }

        /** Before anything else happens, it is known whether the event is there. */
        private void requireCommitted(SQLException failure, Head next) {
            switch (engine.outcome(failure, head, next)) {
                case COMMITTED -> {
                    isCutOff = true;
                    open.abandon(failure);
                }
                case LOST -> throw new LostAppend(engine.problem(failure));
                case REFUSED -> throw refused(failure);
            }
        }

        /** A value that does not fit or a broken constraint is our bug; anything else is the disk's or the file's. */
        private RuntimeException refused(SQLException failure) {
            String state = String.valueOf(failure.getSQLState());
            return state.startsWith("22") || state.startsWith("23")
                    ? new IllegalStateException(failure)
                    : engine.problem(failure);
        }
    }

    /** If we die before the lock is released, the listing is missing or is the old one, which is not used. */
    @Override
    public void close() {
        try (lock) {
            opened.ifPresent(this::closeAndList);
        }
    }

    private void closeAndList(Writable journal) {
        journal.open.close();
        try {
            engine.compactWhereDue();
        } catch (VmException unlisted) {
            // Every event is acknowledged by now, and that must not be taken back. The old listing is not used, so that
            // the next command looks at the journal itself and finds what is wrong with it, if anything is.
            return;
        }
        listing.write(new InventoryCache.Content(journal.fold.inventory(), journal.head));
    }
}
