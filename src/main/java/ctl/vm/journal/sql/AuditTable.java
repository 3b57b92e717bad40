package ctl.vm.journal.sql;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.json.EventName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The table of the audit: what was done, and what can be asked about it. */
public final class AuditTable extends Table<AuditRow> {

    static final String OPEN = "WHERE outcome IN ('open', 'interrupted')";

    /** Entries that may say what is in an image, with its snapshot's name in place of the question mark. */
    private static final String RECORDS_IMAGE = """
            (d.action IN ('create', 'clone', 'import') OR d.action = 'by-hand' AND (
                (SELECT name FROM event WHERE sequence = d.latest) = 'vm-found'
                OR COALESCE(d.snapshot, '') = ? AND (SELECT name FROM event WHERE sequence = d.latest)
                    IN ('image-changed', 'image-vanished', 'snapshot-found')))""";

    /** Open entries that this object has begun: what comes next mostly continues one of them. */
    private final IndexHint hint;
    private final Map<String, AuditRow> open = new HashMap<>();

    public AuditTable(Connection connection, IndexHint hint) {
        super(connection, "audit_entry", 1, "sequence", "latest", "operation", "time", "action", "vm", "snapshot",
                "counterpart", "snapshots", "by_user", "sudo_user", "outcome", "reason", "ended", "size", "vm_id",
                "replaced_id", "source_id", "seen_by", "change");
        this.hint = hint;
    }

    @Override
    List<Object> columnsOf(AuditRow row) {
        return List.of(row.sequence(), row.latest(), row.operation(), row.time(), row.action(), row.vm(),
                row.snapshot(), row.counterpart(), row.snapshots(), row.byUser(), row.sudoUser(), row.outcome(),
                row.reason(), row.ended(), row.size(), row.vmId(), row.replacedId(), row.sourceId(), row.seenBy(),
                row.change());
    }

    @Override
    AuditRow value(ResultSet row) throws SQLException {
        return new AuditRow(row.getLong(1), row.getLong(2), row.getString(3), time(row, 4), row.getString(5),
                optionalText(row, 6), optionalText(row, 7), optionalText(row, 8), row.getString(9),
                optionalText(row, 10), optionalText(row, 11), row.getString(12), optionalText(row, 13),
                optionalTime(row, 14), optionalNumber(row, 15), optionalNumber(row, 16), optionalNumber(row, 17),
                optionalNumber(row, 18), optionalText(row, 19), optionalText(row, 20));
    }

    /** Writes what the event has begun, or how what was begun has continued. */
    void write(Fold.Change change) throws SQLException {
        if (AuditEntry.isBegunBy(change.event().event())) {
            AuditRow begun = AuditRow.begunBy(change);
            insert(begun);
            if (!begun.isByHand()) {
                open.put(begun.operation(), begun);
            }
            return;
        }
        Optional<AuditRow> begun = begunBy(change.event().operation());
        if (begun.isPresent()) {
            AuditRow row = begun.get().after(change);
            update(row);
            if (row.ended().isPresent()) {
                open.remove(row.operation());
            } else {
                open.put(row.operation(), row);
            }
        }
    }

    /**
     * The newest, because an id can come up a second time after its operation has ended: once in a million within a
     * second.
     */
    private Optional<AuditRow> begunBy(OperationId operation) throws SQLException {
        AuditRow known = open.get(operation.text());
        return known != null
                ? Optional.of(known)
                : select(hint.on("audit_entry_operation") + " WHERE operation = ? AND action <> 'by-hand'"
                        + " ORDER BY sequence DESC FETCH FIRST ROW ONLY", operation.text()).stream().findFirst();
    }

    /** The event by which a VM of this name last left the inventory. */
    public Optional<Long> lastGone(VmName name) throws SQLException {
        return numbers(
                "SELECT d.latest FROM audit_entry d" + hint.on("audit_entry_vm")
                        + " JOIN event e ON e.sequence = d.latest"
                        + " WHERE d.vm = ? AND d.action IN ('delete', 'by-hand') AND e.name IN (?, ?)"
                        + " ORDER BY d.time DESC, d.sequence DESC FETCH FIRST ROW ONLY",
                name.text(), EventName.VM_DELETED.text(), EventName.VM_VANISHED.text()).stream().findFirst();
    }

    /** VMs that were made from this one, wherever they are now. */
    public Set<Long> copiesOf(long vmId) throws SQLException {
        return new TreeSet<>(numbers("SELECT DISTINCT vm_id FROM audit_entry" + hint.on("audit_entry_source_id")
                + " WHERE source_id = ? AND vm_id IS NOT NULL AND vm_id <> source_id", vmId));
    }

    /** The VM that this one is a copy of. */
    public Optional<Long> sourceOf(long vmId) throws SQLException {
        return numbers("SELECT source_id FROM audit_entry" + hint.on("audit_entry_vm_id")
                + " WHERE vm_id = ? AND source_id <> vm_id FETCH FIRST ROW ONLY", vmId).stream().findFirst();
    }

    /** The last name of a VM, there or gone. */
    public Optional<VmName> lastNameOf(long vmId) throws SQLException {
        return query("SELECT vm FROM audit_entry" + hint.on("audit_entry_vm_id") + " WHERE vm_id = ?"
                + " ORDER BY vm_id DESC, time DESC, sequence DESC FETCH FIRST ROW ONLY",
                row -> new VmName(row.getString(1)), vmId).stream().findFirst();
    }

    /** The last events of the exports that made a package of this VM, the newest first. */
    public List<Long> exportsOf(long vmId) throws SQLException {
        return numbers("SELECT latest FROM audit_entry" + hint.on("audit_entry_vm_id")
                + " WHERE vm_id = ? AND action = 'export' AND outcome = 'done' ORDER BY sequence DESC", vmId);
    }

    /**
     * The last events of the entries that may say what is in the images of this VM, the newest first and not all of
     * them.
     */
    public List<Long> eventsWithContentOf(long vmId) throws SQLException {
        return numbers(
                "SELECT latest FROM audit_entry" + hint.on("audit_entry_vm_id")
                        + " WHERE vm_id = ? AND outcome = 'done'"
                        + " AND action IN ('create', 'clone', 'import', 'export', 'undelete', 'by-hand')"
                        + " ORDER BY vm_id DESC, time DESC, sequence DESC FETCH FIRST " + EventTable.PAGE_ROWS
                        + " ROWS ONLY",
                vmId);
    }

    /** The VM that this one was cloned from. */
    public Optional<Long> clonedFrom(long vmId) throws SQLException {
        return numbers(
                "SELECT source_id FROM audit_entry" + hint.on("audit_entry_vm_id")
                        + " WHERE vm_id = ? AND action = 'clone'"
                        + " AND outcome = 'done' AND source_id IS NOT NULL ORDER BY vm_id, time, sequence FETCH FIRST ROW ONLY",
                vmId).stream().findFirst();
    }

    /**
     * When the journal last recorded the state that a change by hand has altered: that a name was free, that a VM was
     * there, how an image was. Operations that did not look, such as an export at an image's size and time, do not
     * count, nor does what a clock that was set back has dated later, so that this may be earlier than what could be
     * known, never later.
     *
     * <p>Walks back from the change itself, and no further than to the answer: a VM can have any number of entries.
     */
    public Optional<Instant> lastKnownBefore(Recorded byHand) throws SQLException {
        Event event = byHand.event();
        boolean isOfName = event instanceof Event.VmFound;
        boolean isOfImage = event instanceof Event.SnapshotFound || event instanceof Event.ImageVanished
                || event instanceof Event.ImageChanged;
        EventSubject about = EventSubject.of(event);
        String index = isOfName ? "vm" : "vm_id";
        String sql = """
                SELECT (SELECT time FROM event WHERE sequence = d.latest) FROM audit_entry d%s
                WHERE d.%s AND d.time <= ? AND d.latest < ? AND d.outcome = 'done' AND %s
                ORDER BY d.%s DESC, d.time DESC, d.sequence DESC FETCH FIRST ROW ONLY"""
                .formatted(
                        hint.on("audit_entry_" + index),
                        isOfName ? "vm = ?" : "vm_id = (SELECT vm_id FROM audit_entry WHERE sequence = ?)",
                        isOfImage ? RECORDS_IMAGE : "d.action <> 'purge'",
                        index);
        List<Object> parameters = new ArrayList<>(List.of(
                isOfName ? about.vm().orElseThrow().text() : byHand.sequence(), byHand.time(), byHand.sequence()));
        if (isOfImage) {
            parameters.add(about.snapshot().map(SnapshotName::text).orElse(""));
        }
        return query(sql, row -> time(row, 1), parameters.toArray()).stream().findFirst();
    }
}
