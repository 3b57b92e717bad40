package ctl.vm.journal.sql;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.value.OperationId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The table of operations: everything that was asked for, and how it ended. */
public final class OperationTable extends Table<OperationRow> {

    static final String OPEN = "WHERE ended IS NULL";

    public OperationTable(Connection connection) {
        super(connection, "operation", 1, "id", "action", "request", "vm", "snapshot", "started", "started_by", "actor",
                "state", "progress", "ended", "reason", "exit_code");
    }

    @Override
    List<Object> columnsOf(OperationRow row) {
        return List.of(row.id(), row.action(), row.request(), row.vm(), row.snapshot(), row.started(), row.startedBy(),
                row.actor(), row.state(), row.progress(), row.ended(), row.reason(), row.exitCode());
    }

    @Override
    OperationRow value(ResultSet row) throws SQLException {
        return new OperationRow(row.getString(1), row.getString(2), row.getString(3), row.getString(4),
                optionalText(row, 5), time(row, 6), row.getString(7), row.getString(8), row.getString(9),
                row.getString(10), optionalTime(row, 11), optionalText(row, 12),
                Optional.ofNullable(row.getObject(13, Integer.class)));
    }

    /** Every operation that has not ended. */
    Map<OperationId, OpenOperation> open() throws SQLException {
        Map<OperationId, OpenOperation> operations = new TreeMap<>();
        for (OperationRow row : select(OPEN)) {
            OpenOperation operation = row.operation();
            operations.put(operation.id(), operation);
        }
        return operations;
    }

    /** An id can come up a second time after its operation has ended: once in a million within a second. */
    void start(OpenOperation operation) throws SQLException {
        replace(OperationRow.of(operation));
    }
}
