package ctl.vm.journal.sql;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.chain.EventRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The table of events. Rows are inserted and read; nothing here changes or removes one. */
public final class EventTable {

    public static final int PAGE_ROWS = 200;
    private static final String COLUMNS = "sequence, operation, time, name, version, vm, snapshot, actor, payload, previous, hash";

    public static final String INSERT = "INSERT INTO event (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Connection connection;

    public EventTable(Connection connection) {
        this.connection = connection;
    }

    public void insert(EventRow row) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            set(insert, row);
            insert.executeUpdate();
        }
    }

    /** @param insert a statement of {@link #INSERT} */
    public static void set(PreparedStatement insert, EventRow row) throws SQLException {
        insert.setLong(1, row.sequence());
        insert.setString(2, row.operation());
        insert.setObject(3, timestamp(row.time()));
        insert.setString(4, row.name());
        insert.setInt(5, row.version());
        insert.setString(6, row.vm().orElse(null));
        insert.setString(7, row.snapshot().orElse(null));
        insert.setString(8, row.actor());
        insert.setString(9, row.payload());
        insert.setString(10, row.previous());
        insert.setString(11, row.hash());
    }

    /** The newest event. */
    public Optional<EventRow> last() throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM event ORDER BY sequence DESC FETCH FIRST ROW ONLY";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            return rows(select).stream().findFirst();
        }
    }

    /** How many there are; H2 knows it without reading them. */
    public long count() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM event");
                ResultSet found = select.executeQuery()) {
            found.next();
            return found.getLong(1);
        }
    }

    /** Some events from a sequence number on, in order; none where that is past the end. */
    public List<EventRow> page(long sequence) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM event WHERE sequence >= ? ORDER BY sequence FETCH FIRST " + PAGE_ROWS
                + " ROWS ONLY";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, sequence);
            return rows(select);
        }
    }

    /** The events of these numbers, as far as they are there. */
    public Map<Long, EventRow> find(List<Long> sequences) throws SQLException {
        String sql = "SELECT " + COLUMNS + " FROM event WHERE sequence = ANY(?)";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, sequences.toArray(Long[]::new));
            Map<Long, EventRow> found = new HashMap<>();
            rows(select).forEach(row -> found.put(row.sequence(), row));
            return found;
        }
    }

    /** Those of the operations of which there are events. */
    public Set<OperationId> known(Set<OperationId> operations) throws SQLException {
        Set<OperationId> known = new TreeSet<>();
        String sql = "SELECT 1 FROM event WHERE operation = ? FETCH FIRST ROW ONLY";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (OperationId operation : operations) {
                select.setString(1, operation.text());
                try (ResultSet found = select.executeQuery()) {
                    if (found.next()) {
                        known.add(operation);
                    }
                }
            }
        }
        return known;
    }

    private static List<EventRow> rows(PreparedStatement select) throws SQLException {
        List<EventRow> rows = new ArrayList<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                rows.add(row(found));
            }
        }
        return rows;
    }

    private static EventRow row(ResultSet found) throws SQLException {
        return new EventRow(
                found.getLong(1),
                found.getString(2),
                instant(found, 3),
                found.getString(4),
                found.getInt(5),
                Optional.ofNullable(found.getString(6)),
                Optional.ofNullable(found.getString(7)),
                found.getString(8),
                found.getString(9),
                found.getString(10),
                found.getString(11));
    }

    static OffsetDateTime timestamp(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    static Instant instant(ResultSet found, int column) throws SQLException {
        return found.getObject(column, OffsetDateTime.class).toInstant();
    }
}
