package ctl.vm.journal.sql;

import ctl.vm.inventory.audit.AuditFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A question to the audit table, answered page by page in the order of time.
 *
 * <p>It is answered by one walk along an index, or by several whose answers are merged: none reads more than it
 * returns, as long as the other filters let most of it through. So an answer costs the same in a journal of any length,
 * and memory for a page.
 */
public final class AuditQuery {

    private final Connection connection;
    private final IndexHint hint;
    private final AuditFilter selection;
    private final AuditConditions filters;
    private final List<Walk> walks;

    public AuditQuery(Connection connection, IndexHint hint, AuditFilter selection) throws SQLException {
        this.connection = connection;
        this.hint = hint;
        this.selection = selection;
        this.filters = AuditConditions.of(selection);
        if (!selection.operations().isEmpty()) {
            selection.vm().ifPresent(vm -> requireUnderAnyName(vm.text()));
        }
        this.walks = walks();
    }

    /** Where an entry stands in the order of the answers, its events, and its VM. */
    public record Position(Instant time, long sequence, long latest,
            Optional<Long> vm) implements Comparable<Position> {

        @Override
        public int compareTo(Position other) {
            int byTime = time.compareTo(other.time);
            return byTime == 0 ? Long.compare(sequence, other.sequence) : byTime;
        }
    }

    /** One index, and the value of its first column; empty where it begins with the time. */
    private record Walk(String index, Optional<String> column, List<Object> values) {

        static Walk along(String column, Object value) {
            return new Walk("audit_entry_" + column, Optional.of(column), List.of(value));
        }
    }

    /** The next answers behind one of them, or the first; none where there are no more. */
    public List<Position> page(Optional<Position> behind, int rows) throws SQLException {
        Set<Position> positions = selection.newestFirst() ? new TreeSet<>(Collections.reverseOrder()) : new TreeSet<>();
        for (Walk walk : walks) {
            positions.addAll(page(walk, behind, rows));
        }
        return positions.stream().limit(rows).toList();
    }

    /** What narrows most stands first. */
    private List<Walk> walks() throws SQLException {
        if (!selection.operations().isEmpty()) {
            return selection.operations().stream().map(id -> Walk.along("operation", id.text())).toList();
        }
        if (selection.vm().isPresent()) {
            return ofVm(selection.vm().get().text());
        }
        if (selection.by().isPresent()) {
            String user = selection.by().get();
            return List.of(Walk.along("by_user", user), Walk.along("sudo_user", user));
        }
        if (selection.failed()) {
            return AuditConditions.IN_VAIN.stream().map(outcome -> Walk.along("outcome", outcome.text())).toList();
        }
        if (!selection.actions().isEmpty()) {
            return selection.actions().stream().map(action -> Walk.along("action", action.text())).toList();
        }
        return List.of(new Walk("audit_entry_time", Optional.empty(), List.of()));
    }

    /** All under this name, and what happened under other names to VMs that have had it. */
    private List<Walk> ofVm(String name) throws SQLException {
        List<Walk> all = new ArrayList<>(List.of(Walk.along("vm", name)));
        for (long id : Table.query(connection, "SELECT vm_id FROM vm_name WHERE name = ?", row -> row.getLong(1),
                name)) {
            all.add(Walk.along("vm_id", id));
            all.add(Walk.along("replaced_id", id));
        }
        return all;
    }

    private void requireUnderAnyName(String vm) {
        String ids = "(SELECT vm_id FROM vm_name WHERE name = ?)";
        filters.require("(vm = ? OR vm_id IN %s OR replaced_id IN %s)".formatted(ids, ids), vm, vm, vm);
    }

    private List<Position> page(Walk walk, Optional<Position> behind, int rows) throws SQLException {
        var conditions = new AuditConditions();
        walk.column().ifPresent(column -> conditions.require(column + " = ?", walk.values().toArray()));
        conditions.require(filters);
        behind.ifPresent(position -> continueBehind(conditions, position));
        // Not by a format string: the first number in one takes a start 5 ms.
        String sql = "SELECT time, sequence, latest, vm_id FROM audit_entry" + hint.on(walk.index())
                + " WHERE " + conditions.text()
                + " ORDER BY " + order(walk)
                + " FETCH FIRST " + rows + " ROWS ONLY";
        return Table.query(connection, sql,
                row -> new Position(Table.time(row, 1), row.getLong(2), row.getLong(3), Table.optionalNumber(row, 4)),
                conditions.values().toArray());
    }

    private void continueBehind(AuditConditions conditions, Position position) {
        String less = selection.newestFirst() ? "<" : ">";
        conditions.require("time %s= ?".formatted(less), position.time());
        conditions.require("(time %s ? OR sequence %s ?)".formatted(less, less), position.time(), position.sequence());
    }

    /** The columns of the index, so that the engine reads along it instead of sorting. */
    private String order(Walk walk) {
        String direction = selection.newestFirst() ? " DESC" : "";
        String columns = "time" + direction + ", sequence" + direction;
        return walk.column().map(column -> column + direction + ", " + columns).orElse(columns);
    }
}
