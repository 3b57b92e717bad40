package ctl.vm.journal.h2;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.listing.InventoryCache;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;

/** The journal while its database is open for writing, and the one place where an event is appended. */
final class WritableJournal implements AutoCloseable {

    private final Layout layout;
    private final Database database;
    private final OpenJournal open;
    private final MirrorWriter mirror;
    private final Actor actor;
    private final Clock clock;
    private final Fold fold;
    private Head head;

    /**
     * Brings the mirror up to the database first.
     *
     * @param listed what the listing holds, where it is current: what the tables hold need not be read then
     */
    WritableJournal(
            Layout layout, Database database, OpenJournal open, Optional<InventoryCache> listed, Actor actor,
            Clock clock) {
        this.layout = layout;
        this.database = database;
        this.open = open;
        this.actor = actor;
        this.clock = clock;
        Optional<EventRow> last = open.last();
        this.mirror = new MirrorWriter(layout, database, open, last);
        this.head = Head.of(last);
        this.fold = new Fold(listed
                .filter(known -> known.head().equals(head))
                .map(InventoryCache::inventory)
                .orElseGet(open::inventory));
    }

    OpenJournal reading() {
        return open;
    }

    /** What the tables hold. It is kept in memory, as nobody else can change them. */
    Inventory inventory() {
        return fold.inventory();
    }

    InventoryCache.Content content() {
        return new InventoryCache.Content(inventory(), head);
    }

    /**
     * Appends an event. On disk, if we die
     * <ol>
     * <li>before the commit: nothing of it;
     * <li>before the checkpoint is synced: nothing, or the event in the database, not acknowledged;
     * <li>before the mirror is synced: the event in the database; in the mirror nothing, or part of its line, which
     *     whoever opens the journal next completes;
     * <li>after that: the event in both, and acknowledged.
     * </ol>
     * After any failure but an impossible event the journal must be abandoned and opened again: what has become of the
     * event is then seen from the files.
     */
    Recorded append(OperationId operation, Event event) {
        try {
            EventRow row = EventRow.after(
                    head, operation, clock.instant(), by(event), event,
                    EventSubject.of(event, fold.operation(operation)));
            Fold.Change change = fold.next(row.recorded(operation, by(event), event));
            open.events().insert(row);
            open.projections().write(change);
            open.connection().commit();
            open.sync();
            mirror.follow(row.line());
            head = new Head(row.sequence(), row.hash());
            return change.event();
        } catch (SQLException failure) {
            throw refused(failure);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    /** Where the process came from is told once: with what it began. */
    private Actor by(Event event) {
        return AuditEntry.isBegunBy(event) ? actor : actor.alone();
    }

    /** A value that does not fit or a broken constraint is our bug; anything else is the disk's or the file's. */
    private RuntimeException refused(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("22") || state.startsWith("23")
                ? new IllegalStateException(failure)
                : database.problem(failure);
    }

    @Override
    public void close() {
        open.close();
    }
}
