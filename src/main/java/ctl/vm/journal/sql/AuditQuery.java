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
    private final List<AuditWalk> walks;

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

    /** The next answers behind one of them, or the first; none where there are no more. */
    public List<Position> page(Optional<Position> behind, int rows) throws SQLException {
        Set<Position> positions = selection.newestFirst() ? new TreeSet<>(Collections.reverseOrder()) : new TreeSet<>();
        for (AuditWalk walk : walks) {
            positions.addAll(page(walk, behind, rows));
        }
        return positions.stream().limit(rows).toList();
    }

    /** Of a VM also along what happened under other names to VMs that have had this one. */
    private List<AuditWalk> walks() throws SQLException {
        List<AuditWalk> all = new ArrayList<>(AuditWalk.of(selection));
        if (selection.operations().isEmpty() && selection.vm().isPresent()) {
            for (long id : Table.query(connection, "SELECT vm_id FROM vm_name WHERE name = ?", row -> row.getLong(1),
                    selection.vm().get().text())) {
                all.add(AuditWalk.along("vm_id", id));
                all.add(AuditWalk.along("replaced_id", id));
            }
        }
        return all;
    }

    private void requireUnderAnyName(String vm) {
        String ids = "(SELECT vm_id FROM vm_name WHERE name = ?)";
        filters.require("(vm = ? OR vm_id IN %s OR replaced_id IN %s)".formatted(ids, ids), vm, vm, vm);
    }

    private List<Position> page(AuditWalk walk, Optional<Position> behind, int rows) throws SQLException {
        var conditions = new AuditConditions();
        walk.value().ifPresent(value -> conditions.require(walk.column() + " = ?", value));
        conditions.require(filters);
        behind.ifPresent(position -> continueBehind(conditions, position));
        // Not by a format string: the first number in one takes a start 5 ms.
        String sql = "SELECT time, sequence, latest, vm_id FROM audit_entry" + hint.on("audit_entry_" + walk.column())
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
    private String order(AuditWalk walk) {
        String direction = selection.newestFirst() ? " DESC" : "";
        String columns = "time" + direction + ", sequence" + direction;
        return walk.value().map(_ -> walk.column() + direction + ", " + columns).orElse(columns);
    }
}
