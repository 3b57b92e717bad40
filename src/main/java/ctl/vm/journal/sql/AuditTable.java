package ctl.vm.journal.sql;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.chain.EventSubject;
import ctl.vm.journal.chain.Fold;
import ctl.vm.journal.json.EventName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The tables of the audit: what was done, and the names of VMs that have had several. */
public final class AuditTable {

    private static final String COLUMNS = "sequence, latest, operation, time, action, vm, snapshot, counterpart, snapshots,"
            + " by_user, sudo_user, outcome, reason, ended, size, vm_id, replaced_id, source_id,"
            + " seen_by, change";

    public static final String INSERT = "INSERT INTO audit_entry (" + COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    /** What can be otherwise after one more event. */
    private static final String UPDATE = "UPDATE audit_entry SET latest = ?, snapshots = ?, outcome = ?, reason = ?, ended = ?,"
            + " size = ?, vm_id = ?, replaced_id = ? WHERE sequence = ?";

    /** What has looked at an image, with its snapshot's name in place of the question mark. */
    private static final String TELLS_OF_IMAGE = """
            (d.action IN ('create', 'clone', 'import') OR d.action = 'by-hand' AND (
                (SELECT name FROM event WHERE sequence = d.latest) = 'vm-found'
                OR COALESCE(d.snapshot, '') = ? AND (SELECT name FROM event WHERE sequence = d.latest)
                    IN ('image-changed', 'image-vanished', 'snapshot-found')))""";

    private final Connection connection;
    /** Those that this has begun itself: what comes next mostly goes on with one. */
    private final Map<String, AuditRow> going = new HashMap<>();

    public AuditTable(Connection connection) {
        this.connection = connection;
    }

    /** Writes what the event has begun, or how what was begun has gone on. */
    void write(Fold.Change change) throws SQLException {
        if (AuditEntry.isBegunBy(change.event().event())) {
            insert(AuditRow.begunBy(change));
        } else {
            Optional<AuditRow> begun = begunBy(change.event().operation());
            if (begun.isPresent()) {
                update(begun.get().after(change));
            }
        }
        for (PreviousName name : PreviousName.of(change.event().event(), change.after())) {
            merge(name);
        }
    }

    /** The event by which a VM of this name last left the inventory. */
    public Optional<Long> lastGone(VmName name) throws SQLException {
        String sql = "SELECT d.latest FROM audit_entry d USE INDEX (audit_entry_vm) JOIN event e ON e.sequence = d.latest WHERE d.vm = ?"
                + " AND d.action IN ('delete', 'by-hand') AND e.name IN (?, ?) ORDER BY d.time DESC, d.sequence DESC FETCH FIRST ROW ONLY";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, name.text());
            select.setString(2, EventName.VM_DELETED.text());
            select.setString(3, EventName.VM_VANISHED.text());
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(found.getLong(1)) : Optional.empty();
            }
        }
    }

    /** VMs that were made from this one, wherever they are now. */
    public Set<Long> copiesOf(long vmId) throws SQLException {
        String sql = "SELECT DISTINCT vm_id FROM audit_entry USE INDEX (audit_entry_source_id) WHERE source_id = ? AND vm_id IS NOT NULL AND vm_id <> source_id";
        Set<Long> copies = new TreeSet<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, vmId);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    copies.add(found.getLong(1));
                }
            }
        }
        return copies;
    }

    /** The VM that this one is a copy of. */
    public Optional<Long> sourceOf(long vmId) throws SQLException {
        String sql = "SELECT source_id FROM audit_entry USE INDEX (audit_entry_vm_id) WHERE vm_id = ? AND source_id <> vm_id FETCH FIRST ROW ONLY";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, vmId);
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(found.getLong(1)) : Optional.empty();
            }
        }
    }

    /** The last name of a VM, there or gone. */
    public Optional<VmName> lastNameOf(long vmId) throws SQLException {
        String sql = "SELECT vm FROM audit_entry USE INDEX (audit_entry_vm_id) WHERE vm_id = ?"
                + " ORDER BY vm_id DESC, time DESC, sequence DESC FETCH FIRST ROW ONLY";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, vmId);
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(new VmName(found.getString(1))) : Optional.empty();
            }
        }
    }

    /** The last events of the exports that made a package of this VM, the newest first. */
    public List<Long> exportsOf(long vmId) throws SQLException {
        String sql = "SELECT latest FROM audit_entry USE INDEX (audit_entry_vm_id) WHERE vm_id = ? AND action = 'export' AND outcome = 'done'"
                + " ORDER BY sequence DESC";
        return numbers(sql, vmId);
    }

    /** The last events of the entries that may tell what is in the images of this VM, the newest first and not all of them. */
    public List<Long> tellingOfContent(long vmId) throws SQLException {
        String sql = "SELECT latest FROM audit_entry USE INDEX (audit_entry_vm_id) WHERE vm_id = ? AND outcome = 'done'"
                + " AND action IN ('create', 'clone', 'import', 'export', 'undelete', 'by-hand')"
                + " ORDER BY vm_id DESC, time DESC, sequence DESC FETCH FIRST " + EventTable.PAGE_ROWS + " ROWS ONLY";
        return numbers(sql, vmId);
    }

    /** The VM that this one was cloned from. */
    public Optional<Long> clonedFrom(long vmId) throws SQLException {
        String sql = "SELECT source_id FROM audit_entry USE INDEX (audit_entry_vm_id) WHERE vm_id = ? AND action = 'clone' AND outcome = 'done'"
                + " AND source_id IS NOT NULL ORDER BY vm_id, time, sequence FETCH FIRST ROW ONLY";
        return numbers(sql, vmId).stream().findFirst();
    }

    /** The first column of what is asked of one VM, in the order in which the database gives it. */
    private List<Long> numbers(String sql, long vmId) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, vmId);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    numbers.add(found.getLong(1));
                }
            }
        }
        return numbers;
    }

    /**
     * When the journal was last told of what a change by hand has made otherwise: that a name was free, that a VM was
     * there, how an image was. Operations that did not look, such as an export at an image's size and time, do not count,
     * nor does what a clock that was set back has dated later, so that this may be earlier than what could be known, never
     * later.
     *
     * <p>Walks back from the change itself, and no further than to the answer: a VM can have any number of entries.
     */
    public Optional<Instant> lastKnownBefore(Recorded byHand) throws SQLException {
        Event event = byHand.event();
        boolean isOfName = event instanceof Event.VmFound;
        boolean isOfImage = event instanceof Event.SnapshotFound || event instanceof Event.ImageVanished
                || event instanceof Event.ImageChanged;
        String sql = """
                SELECT (SELECT time FROM event WHERE sequence = d.latest) FROM audit_entry d USE INDEX (audit_entry_%s)
                WHERE d.%s AND d.time <= ? AND d.latest < ? AND d.outcome = 'done' AND %s
                ORDER BY d.%s DESC, d.time DESC, d.sequence DESC FETCH FIRST ROW ONLY"""
                .formatted(
                        isOfName ? "vm" : "vm_id",
                        isOfName ? "vm = ?" : "vm_id = (SELECT vm_id FROM audit_entry WHERE sequence = ?)",
                        isOfImage ? TELLS_OF_IMAGE : "d.action <> 'purge'",
                        isOfName ? "vm" : "vm_id");
        EventSubject about = EventSubject.of(event);
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            if (isOfName) {
                select.setString(1, about.vm().orElseThrow().text());
            } else {
                select.setLong(1, byHand.sequence());
            }
            select.setObject(2, EventTable.timestamp(byHand.time()));
            select.setLong(3, byHand.sequence());
            if (isOfImage) {
                select.setString(4, about.snapshot().map(SnapshotName::text).orElse(""));
            }
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(EventTable.instant(found, 1)) : Optional.empty();
            }
        }
    }

    /** The newest, because an id can come up a second time after its operation has ended: once in a million within a second. */
    private Optional<AuditRow> begunBy(OperationId operation) throws SQLException {
        AuditRow known = going.get(operation.text());
        if (known != null) {
            return Optional.of(known);
        }
        String sql = "SELECT " + COLUMNS
                + " FROM audit_entry USE INDEX (audit_entry_operation) WHERE operation = ? AND action <> 'by-hand'"
                + " ORDER BY sequence DESC FETCH FIRST ROW ONLY";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, operation.text());
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(row(found)) : Optional.empty();
            }
        }
    }

    /** The entries that these events began, as far as they are there. */
    List<AuditRow> find(List<Long> sequences) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM audit_entry WHERE sequence = ANY(?)")) {
            select.setObject(1, sequences.toArray(Long[]::new));
            return rows(select);
        }
    }

    /** What goes on, or can go on. */
    List<AuditRow> unended() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM audit_entry WHERE outcome IN ('open', 'interrupted')")) {
            return rows(select);
        }
    }

    private static List<AuditRow> rows(PreparedStatement select) throws SQLException {
        List<AuditRow> rows = new ArrayList<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                rows.add(row(found));
            }
        }
        return rows;
    }

    private void insert(AuditRow row) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            set(insert, row);
            insert.executeUpdate();
        }
        if (!row.isByHand()) {
            going.put(row.operation(), row);
        }
    }

    private void update(AuditRow row) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
            update.setLong(1, row.latest());
            update.setString(2, row.snapshots());
            update.setString(3, row.outcome());
            update.setString(4, row.reason().orElse(null));
            update.setObject(5, row.ended().map(EventTable::timestamp).orElse(null));
            update.setObject(6, row.size().orElse(null));
            update.setObject(7, row.vmId().orElse(null));
            update.setObject(8, row.replacedId().orElse(null));
            update.setLong(9, row.sequence());
            update.executeUpdate();
        }
        if (row.ended().isPresent()) {
            going.remove(row.operation());
        } else {
            going.put(row.operation(), row);
        }
    }

    /** @param insert a statement of {@link #INSERT} */
    public static void set(PreparedStatement insert, AuditRow row) throws SQLException {
        insert.setLong(1, row.sequence());
        insert.setLong(2, row.latest());
        insert.setString(3, row.operation());
        insert.setObject(4, EventTable.timestamp(row.time()));
        insert.setString(5, row.action());
        insert.setString(6, row.vm().orElse(null));
        insert.setString(7, row.snapshot().orElse(null));
        insert.setString(8, row.counterpart().orElse(null));
        insert.setString(9, row.snapshots());
        insert.setString(10, row.byUser().orElse(null));
        insert.setString(11, row.sudoUser().orElse(null));
        insert.setString(12, row.outcome());
        insert.setString(13, row.reason().orElse(null));
        insert.setObject(14, row.ended().map(EventTable::timestamp).orElse(null));
        insert.setObject(15, row.size().orElse(null));
        insert.setObject(16, row.vmId().orElse(null));
        insert.setObject(17, row.replacedId().orElse(null));
        insert.setObject(18, row.sourceId().orElse(null));
        insert.setString(19, row.seenBy().orElse(null));
        insert.setString(20, row.change().orElse(null));
    }

    public void merge(PreviousName name) throws SQLException {
        String sql = "MERGE INTO vm_name (vm_id, name) VALUES (?, ?)";
        try (PreparedStatement merge = connection.prepareStatement(sql)) {
            merge.setLong(1, name.vmId());
            merge.setString(2, name.name().text());
            merge.executeUpdate();
        }
    }

    private static AuditRow row(ResultSet found) throws SQLException {
        return new AuditRow(
                found.getLong(1),
                found.getLong(2),
                found.getString(3),
                EventTable.instant(found, 4),
                found.getString(5),
                text(found, 6),
                text(found, 7),
                text(found, 8),
                found.getString(9),
                text(found, 10),
                text(found, 11),
                found.getString(12),
                text(found, 13),
                time(found, 14),
                number(found, 15),
                number(found, 16),
                number(found, 17),
                number(found, 18),
                text(found, 19),
                text(found, 20));
    }

    private static Optional<String> text(ResultSet found, int column) throws SQLException {
        return Optional.ofNullable(found.getString(column));
    }

    private static Optional<Instant> time(ResultSet found, int column) throws SQLException {
        return Optional.ofNullable(found.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static Optional<Long> number(ResultSet found, int column) throws SQLException {
        return Optional.ofNullable(found.getObject(column, Long.class));
    }
}
