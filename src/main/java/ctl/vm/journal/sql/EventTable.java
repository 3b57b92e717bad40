package ctl.vm.journal.sql;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.chain.EventRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The table of events. Rows are inserted and read; nothing here changes or removes one. */
public final class EventTable extends Table<EventRow> {

    public static final int PAGE_ROWS = 200;

    public EventTable(Connection connection) {
        super(connection, "event", 1, "sequence", "operation", "time", "name", "version", "vm", "snapshot", "actor",
                "payload", "previous", "hash");
    }

    @Override
    List<Object> columnsOf(EventRow row) {
        return List.of(row.sequence(), row.operation(), row.time(), row.name(), row.version(), row.vm(), row.snapshot(),
                row.actor(), row.payload(), row.previous(), row.hash());
    }

    @Override
    EventRow value(ResultSet row) throws SQLException {
        return new EventRow(row.getLong(1), row.getString(2), time(row, 3), row.getString(4), row.getInt(5),
                optionalText(row, 6), optionalText(row, 7), row.getString(8), row.getString(9), row.getString(10),
                row.getString(11));
    }

    /** The newest event. */
    public Optional<EventRow> last() throws SQLException {
        return select("ORDER BY sequence DESC FETCH FIRST ROW ONLY").stream().findFirst();
    }

    /** Some events from a sequence number on, in order; none where that is past the end. */
    public List<EventRow> page(long sequence) throws SQLException {
        return select("WHERE sequence >= ? ORDER BY sequence FETCH FIRST " + PAGE_ROWS + " ROWS ONLY", sequence);
    }

    /** The events of these numbers, as far as they are there. */
    public Map<Long, EventRow> find(List<Long> sequences) throws SQLException {
        return select("WHERE sequence = ANY(?)", (Object) sequences.toArray(Long[]::new)).stream()
                .collect(Collectors.toMap(EventRow::sequence, Function.identity()));
    }

    /** Those of the operations of which there are events. */
    public Set<OperationId> known(Set<OperationId> operations) throws SQLException {
        Set<OperationId> known = new TreeSet<>();
        for (OperationId operation : operations) {
            if (!numbers("SELECT 1 FROM event WHERE operation = ? FETCH FIRST ROW ONLY", operation.text()).isEmpty()) {
                known.add(operation);
            }
        }
        return known;
    }
}
