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

    private static final String SELECT_OPEN = "SELECT id, action, request, started, actor, progress FROM operation WHERE ended IS NULL";

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
                + " progress, ended, reason, exit_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'started', ?, NULL, NULL, NULL)";
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
            merge.setString(9, ProgressJson.text(operation));
            merge.executeUpdate();
        }
    }

    /** Writes how far an operation has come. */
    void update(OpenOperation operation) throws SQLException {
        String sql = "UPDATE operation SET state = ?, progress = ?, reason = ?, exit_code = ? WHERE id = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, state(operation));
            update.setString(2, ProgressJson.text(operation));
            update.setString(3, operation.interrupted().map(Event.OperationInterrupted::reason).orElse(null));
            update.setObject(4, operation.interrupted().map(Event.OperationInterrupted::exitCode).orElse(null));
            update.setString(5, operation.id().text());
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
            update.setString(1, endState(ending.event()));
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
                OpenOperation started = OpenOperation.started(
                        id,
                        RequestJson.request(found.getString(2), JsonObject.parse(found.getString(3))),
                        EventTable.instant(found, 4),
                        ActorJson.actor(JsonObject.parse(found.getString(5))));
                operations.put(id, ProgressJson.progressed(started, JsonObject.parse(found.getString(6))));
            }
        }
        return operations;
    }

    private static String endState(Event ending) {
        return switch (ending) {
            case Event.OperationFailed _ -> "failed";
            case Event.OperationAbandoned _ -> "abandoned";
            default -> "finished";
        };
    }

    private static String state(OpenOperation operation) {
        if (operation.interrupted().isPresent()) {
            return "interrupted";
        }
        return operation.staged().isPresent() ? "staged" : "started";
    }
}
