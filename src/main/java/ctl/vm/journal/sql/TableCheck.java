package ctl.vm.journal.sql;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.value.OperationId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares every row of the tables with what the events give, while the events are read. */
public final class TableCheck {

    /** Rows: they are asked for together. */
    private static final int COMPARED_AT_ONCE = 500;

    private final VmTable vms;
    private final VmTable.ImageTable images;
    /** Where these rows are kept. */
    private final Optional<OperationTable> operations;
    private final AuditTable entries;
    private final PreviousName.InTable names;
    private final FinalRows finalRows = new FinalRows();
    private final Map<Long, AuditRow> finalEntries = new HashMap<>();
    private final Map<String, OperationRow> endedOperations = new HashMap<>();
    /** Ended operations whose row is another: an id can come up a second time, and its row is then of the later one. */
    private final Set<String> doubtful = new TreeSet<>();
    private final List<String> differences = new ArrayList<>();
    private long countOfEntries;
    private long countOfOperations;

    /** @param connection of the database with the tables in question */
    public TableCheck(Connection connection, IndexHint hint) {
        this(connection, hint, Optional.of(new OperationTable(connection)));
    }

    private TableCheck(Connection connection, IndexHint hint, Optional<OperationTable> operations) {
        this.vms = new VmTable(connection);
        this.images = new VmTable.ImageTable(connection);
        this.operations = operations;
        this.entries = new AuditTable(connection, hint);
        this.names = new PreviousName.InTable(connection);
    }

    /**
     * The rows of one root among those of many.
     *
     * @param schema of the tables, each of which has the number of the root in a column
     */
    public static TableCheck ofRoot(Connection connection, String schema, int root) {
        var check = new TableCheck(connection, IndexHint.NONE, Optional.empty());
        for (Table<?> table : List.of(check.vms, check.images, check.entries, check.names)) {
            table.readFrom("(SELECT * FROM %s.%s WHERE root = %d) AS %s".formatted(
                    schema, table.name(), root, table.name()));
        }
        return check;
    }

    public void next(Fold.Change change) throws SQLException {
        OperationId id = change.event().operation();
        if (change.before().operation(id).isEmpty() && change.after().operation(id).isPresent()) {
            endedOperations.remove(id.text());
            doubtful.remove(id.text());
        }
        FinalRows.Final rows = finalRows.next(change);
        rows.operation().ifPresent(row -> {
            endedOperations.put(row.id(), row);
            countOfOperations++;
        });
        rows.entry().ifPresent(row -> {
            finalEntries.put(row.sequence(), row);
            countOfEntries++;
        });
        if (finalEntries.size() + endedOperations.size() >= COMPARED_AT_ONCE) {
            compareFinal();
        }
    }

    private void compareFinal() throws SQLException {
        if (operations.isPresent()) {
            compareEnded(operations.get());
        }
        compare(entries, finalEntries.values(),
                entries.rows("WHERE sequence = ANY(?)", (Object) finalEntries.keySet().toArray(Long[]::new)));
        endedOperations.clear();
        finalEntries.clear();
    }

    private void compareEnded(OperationTable table) throws SQLException {
        Map<String, List<Object>> ended = byKey(table, endedOperations.values());
        rowsByKey(table, table.rows("WHERE id = ANY(?)", (Object) ended.keySet().toArray(String[]::new)))
                .forEach((id, row) -> ended.remove(id, row));
        doubtful.addAll(ended.keySet());
    }

    /**
     * The rows that are not what the events give, one line each.
     *
     * @param inventory what all events fold to
     */
    public List<String> differences(Inventory inventory) throws SQLException {
        compareFinal();
        compare(vms, inventory.vms().values(), vms.rows(""));
        compare(images, inventory.vms().values().stream()
                .flatMap(vm -> vm.images().values().stream().map(image -> new VmTable.Image(vm.name(), image)))
                .toList(), images.rows(""));
        if (operations.isPresent()) {
            OperationTable table = operations.get();
            doubtful.forEach(id -> differs(table, id));
            compare(table, finalRows.openOperations(inventory), table.rows(OperationTable.OPEN));
            count(table, countOfOperations + inventory.open().size());
        }
        compare(entries, finalRows.openEntries(), entries.rows(AuditTable.OPEN));
        compare(names, finalRows.names(), names.rows(""));
        count(entries, countOfEntries + finalRows.openEntries().size());
        return differences;
    }

    private void count(Table<?> table, long expected) throws SQLException {
        long more = table.count() - expected;
        if (more > 0) {
            differences.add("the table %s has %d rows more than the events give".formatted(table.name(), more));
        }
    }

    private <V> void compare(Table<V> table, Collection<V> values, List<List<Object>> rows) {
        Map<String, List<Object>> expected = byKey(table, values);
        Map<String, List<Object>> there = rowsByKey(table, rows);
        var keys = new TreeSet<>(expected.keySet());
        keys.addAll(there.keySet());
        for (String key : keys) {
            if (!Objects.equals(expected.get(key), there.get(key))) {
                differs(table, key);
            }
        }
    }

    private void differs(Table<?> table, String key) {
        differences.add("the table %s is not what the events give: %s".formatted(table.name(), key));
    }

    private static <V> Map<String, List<Object>> byKey(Table<V> table, Collection<V> values) {
        return rowsByKey(table, values.stream().map(table::row).toList());
    }

    private static Map<String, List<Object>> rowsByKey(Table<?> table, List<List<Object>> rows) {
        Map<String, List<Object>> byKey = new TreeMap<>();
        rows.forEach(row -> byKey.put(table.key(row), row));
        return byKey;
    }
}
