package ctl.vm.journal.sql;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.json.ActorJson;
import ctl.vm.journal.json.JsonObject;
import ctl.vm.journal.json.ProgressJson;
import ctl.vm.journal.json.RequestJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.h2.api.ErrorCode;

/** The table of operations: everything that was asked for, and how it ended. */
public final class OperationTable {

    private static final String COLUMNS = "id, action, request, vm, snapshot, started, started_by, actor, state, progress,"
            + " ended, reason, exit_code";

    private static final String INTO = "INTO operation (" + COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String INSERT = "INSERT " + INTO;

    /** An id can come up a second time after its operation has ended: once in a million within a second. */
    public static final String MERGE = "MERGE " + INTO;

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

    void insert(OpenOperation operation) throws SQLException {
        OperationRow row = OperationRow.of(operation);
        try {
            execute(INSERT, row);
        } catch (SQLException failure) {
            if (failure.getErrorCode() != ErrorCode.DUPLICATE_KEY_1) {
                throw failure;
            }
            // H2 makes MERGE of two statements, which take twice as long to begin with.
            execute(MERGE, row);
        }
    }

    private void execute(String sql, OperationRow row) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(sql)) {
            set(write, row);
            write.executeUpdate();
        }
    }

    /** @param merge a statement of {@link #MERGE} */
    public static void set(PreparedStatement merge, OperationRow row) throws SQLException {
        merge.setString(1, row.id());
        merge.setString(2, row.action());
        merge.setString(3, row.request());
        merge.setString(4, row.vm());
        merge.setString(5, row.snapshot().orElse(null));
        merge.setObject(6, EventTable.timestamp(row.started()));
        merge.setString(7, row.startedBy());
        merge.setString(8, row.actor());
        merge.setString(9, row.state());
        merge.setString(10, row.progress());
        merge.setObject(11, row.ended().map(EventTable::timestamp).orElse(null));
        merge.setString(12, row.reason().orElse(null));
        merge.setObject(13, row.exitCode().orElse(null));
    }

    /** The operations of these ids, as far as they are there. */
    List<OperationRow> find(List<String> ids) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM operation WHERE id = ANY(?)")) {
            select.setObject(1, ids.toArray(String[]::new));
            return rows(select);
        }
    }

    /** Every operation that has not ended, as its row, right or wrong. */
    List<OperationRow> openRows() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM operation WHERE ended IS NULL")) {
            return rows(select);
        }
    }

    private static List<OperationRow> rows(PreparedStatement select) throws SQLException {
        List<OperationRow> rows = new ArrayList<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                rows.add(new OperationRow(
                        found.getString(1),
                        found.getString(2),
                        found.getString(3),
                        found.getString(4),
                        Optional.ofNullable(found.getString(5)),
                        EventTable.instant(found, 6),
                        found.getString(7),
                        found.getString(8),
                        found.getString(9),
                        found.getString(10),
                        Optional.ofNullable(found.getObject(11, OffsetDateTime.class)).map(OffsetDateTime::toInstant),
                        Optional.ofNullable(found.getString(12)),
                        Optional.ofNullable(found.getObject(13, Integer.class))));
            }
        }
        return rows;
    }

    /** Writes how far an operation has come. */
    void update(OpenOperation operation) throws SQLException {
        String sql = "UPDATE operation SET state = ?, progress = ?, reason = ?, exit_code = ? WHERE id = ?";
        OperationRow row = OperationRow.of(operation);
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, row.state());
            update.setString(2, row.progress());
            update.setString(3, row.reason().orElse(null));
            update.setObject(4, row.exitCode().orElse(null));
            update.setString(5, row.id());
            update.executeUpdate();
        }
    }

    /** Writes how an operation has ended. */
    void end(OpenOperation operation, Recorded ending) throws SQLException {
        String sql = "UPDATE operation SET state = ?, ended = ?, reason = ?, exit_code = ? WHERE id = ?";
        OperationRow row = OperationRow.of(operation).endedBy(ending);
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, row.state());
            update.setObject(2, EventTable.timestamp(ending.time()));
            update.setString(3, row.reason().orElse(null));
            update.setObject(4, row.exitCode().orElse(null));
            update.setString(5, row.id());
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
}
