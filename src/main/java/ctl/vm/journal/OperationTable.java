package ctl.vm.journal;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Recorded;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The table of operations: everything that was asked for, and how it ended. */
final class OperationTable {

    private static final String SELECT_OPEN = "SELECT id, action, request, started, actor, staged FROM operation WHERE ended IS NULL";

    private final Connection connection;

    OperationTable(Connection connection) {
        this.connection = connection;
    }

    /** Every operation that has not ended. */
    Map<OperationId, OpenOperation> open() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT_OPEN)) {
            return read(select);
        }
    }

    /** The operation of this id where it has started and not ended, or none. */
    Map<OperationId, OpenOperation> findOpen(OperationId id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT_OPEN + " AND id = ?")) {
            select.setString(1, id.text());
            return read(select);
        }
    }

    void insert(OpenOperation operation) throws SQLException {
        // MERGE, because an id can come up a second time after its operation has ended: once in a million within a second.
        String sql = "MERGE INTO operation (id, action, request, vm, snapshot, started, started_by, actor, state,"
                + " staged, ended, reason, exit_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'started', NULL, NULL, NULL, NULL)";
        Subject subject = Subject.of(operation.request());
        try (PreparedStatement merge = connection.prepareStatement(sql)) {
            merge.setString(1, operation.id().text());
            merge.setString(2, RequestJson.action(operation.request()));
            merge.setString(3, RequestJson.text(operation.request()));
            merge.setString(4, operation.request().vm().text());
            merge.setString(5, subject.snapshot().map(Object::toString).orElse(null));
            merge.setObject(6, EventTable.timestamp(operation.started()));
            merge.setString(7, operation.actor().user());
            merge.setString(8, ActorJson.text(operation.actor()));
            merge.executeUpdate();
        }
    }

    /** Writes how far an operation has come. */
    void update(OpenOperation operation) throws SQLException {
        String sql = "UPDATE operation SET state = 'staged', staged = ? WHERE id = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, operation.staged().map(EventJson::text).orElse(null));
            update.setString(2, operation.id().text());
            update.executeUpdate();
        }
    }

    /** Writes how an operation has ended: whatever ends it, it is finished unless it says that it failed. */
    void end(OperationId id, Recorded ending) throws SQLException {
        String sql = "UPDATE operation SET state = ?, ended = ?, reason = ?, exit_code = ? WHERE id = ?";
        Optional<Event.OperationFailed> failure = ending.event() instanceof Event.OperationFailed failed
                ? Optional.of(failed)
                : Optional.empty();
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, failure.isPresent() ? "failed" : "finished");
            update.setObject(2, EventTable.timestamp(ending.time()));
            update.setString(3, failure.map(Event.OperationFailed::reason).orElse(null));
            update.setObject(4, failure.map(Event.OperationFailed::exitCode).orElse(null));
            update.setString(5, id.text());
            update.executeUpdate();
        }
    }

    private static Map<OperationId, OpenOperation> read(PreparedStatement select) throws SQLException {
        Map<OperationId, OpenOperation> operations = new TreeMap<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                var id = new OperationId(found.getString(1));
                operations.put(id, new OpenOperation(
                        id,
                        RequestJson.request(found.getString(2), JsonObject.parse(found.getString(3))),
                        EventTable.instant(found, 4),
                        ActorJson.actor(JsonObject.parse(found.getString(5))),
                        Optional.ofNullable(found.getString(6)).map(OperationTable::staged)));
            }
        }
        return operations;
    }

    private static Event.VmStaged staged(String payload) {
        return (Event.VmStaged) EventJson.event(EventName.VM_STAGED, JsonObject.parse(payload));
    }
}
