package ctl.vm.journal.sql;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.chain.Fold;
import ctl.vm.journal.json.OriginJson;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Holds the tables that follow the events against what the events give, row by row, while the events are told. What has
 * ended is compared and forgotten: a long journal takes no more memory than a short one.
 */
public final class TableCheck {

    /** Rows: they are asked for together. */
    private static final int COMPARED_AT_ONCE = 500;

    private final Connection connection;
    private final OperationTable operations;
    private final AuditTable entries;
    private final OpenAuditEntries going = new OpenAuditEntries();
    private final Map<Long, AuditRow> overEntries = new HashMap<>();
    private final Map<String, OperationRow> endedOperations = new HashMap<>();
    /** Ended operations whose row is another: an id can come up a second time, and its row is then of the later one. */
    private final Set<String> doubtful = new TreeSet<>();
    private final Set<PreviousName> names = new HashSet<>();
    private final List<String> differences = new ArrayList<>();
    private long countOfEntries;
    private long countOfOperations;

    /** @param connection of the database with the tables in question */
    public TableCheck(Connection connection) {
        this.connection = connection;
        this.operations = new OperationTable(connection);
        this.entries = new AuditTable(connection);
    }

    public void next(Fold.Change change) throws SQLException {
        OperationId operation = change.event().operation();
        Optional<OpenOperation> before = change.before().operation(operation);
        if (before.isEmpty() && change.after().operation(operation).isPresent()) {
            endedOperations.remove(operation.text());
            doubtful.remove(operation.text());
        }
        if (before.isPresent() && change.after().operation(operation).isEmpty()) {
            OperationRow row = OperationRow.of(before.get()).endedBy(change.event());
            endedOperations.put(row.id(), row);
            countOfOperations++;
        }
        Optional<AuditRow> over = going.next(change);
        if (over.isPresent()) {
            overEntries.put(over.get().sequence(), over.get());
            countOfEntries++;
        }
        names.addAll(PreviousName.of(change.event().event(), change.after()));
        if (overEntries.size() + endedOperations.size() >= COMPARED_AT_ONCE) {
            compareEnded();
        }
    }

    private void compareEnded() throws SQLException {
        for (OperationRow row : operations.find(List.copyOf(endedOperations.keySet()))) {
            if (endedOperations.get(row.id()).equals(row)) {
                endedOperations.remove(row.id());
            }
        }
        for (AuditRow row : entries.find(List.copyOf(overEntries.keySet()))) {
            compare("audit_entry", row.sequence(), overEntries.remove(row.sequence()), row);
        }
        doubtful.addAll(endedOperations.keySet());
        overEntries.keySet().forEach(sequence -> differs("audit_entry", sequence));
        endedOperations.clear();
        overEntries.clear();
    }

    /**
     * The rows that are not what the events give, one line each.
     *
     * @param inventory what all events fold to
     */
    public List<String> differences(Inventory inventory) throws SQLException {
        compareEnded();
        doubtful.forEach(id -> differs("operation", id));
        compareAll("vm", vms(inventory), rows("SELECT name, since, origin, source, arrived, arrived_by FROM vm", 1, 5));
        compareAll("image", images(inventory), rows("SELECT vm, file, size, modified FROM image", 2, 4));
        compareAll("operation", openOperations(inventory), openOperations());
        compareAll("audit_entry", byKey(going.unended()), byKey(entries.unended()));
        compareAll("vm_name", formerNames(), rows("SELECT vm_id, name FROM vm_name", 2, 0));
        count("operation", countOfOperations + inventory.open().size());
        count("audit_entry", countOfEntries + going.unended().size());
        return differences;
    }

    private void count(String table, long expected) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet found = select.executeQuery("SELECT COUNT(*) FROM " + table)) {
            found.next();
            if (found.getLong(1) > expected) {
                differences.add("the table %s has %d rows more than the events give"
                        .formatted(table, found.getLong(1) - expected));
            }
        }
    }

    private void compareAll(String table, Map<String, ?> expected, Map<String, ?> there) {
        var keys = new TreeSet<>(expected.keySet());
        keys.addAll(there.keySet());
        keys.forEach(key -> compare(table, key, expected.get(key), there.get(key)));
    }

    private void compare(String table, Object key, Object expected, Object there) {
        if (!Optional.ofNullable(expected).equals(Optional.ofNullable(there))) {
            differs(table, key);
        }
    }

    private void differs(String table, Object key) {
        differences.add("the table %s is not what the events give: %s".formatted(table, key));
    }

    private static Map<String, List<Object>> vms(Inventory inventory) {
        Map<String, List<Object>> rows = new TreeMap<>();
        for (Vm vm : inventory.vms().values()) {
            rows.put(
                    vm.name().text(),
                    Arrays.asList(vm.name().text(), String.valueOf(vm.since()), OriginJson.kind(vm.origin()),
                            OriginJson.source(vm.origin()).orElse(null), vm.arrived(), vm.by()));
        }
        return rows;
    }

    private static Map<String, List<Object>> images(Inventory inventory) {
        Map<String, List<Object>> rows = new TreeMap<>();
        for (Vm vm : inventory.vms().values()) {
            for (ImageFacts image : vm.images().values()) {
                String file = image.name().fileName();
                rows.put(
                        vm.name() + "/" + file,
                        Arrays.asList(vm.name().text(), file, String.valueOf(image.size().bytes()), image.modified()));
            }
        }
        return rows;
    }

    private Map<String, List<Object>> formerNames() {
        Map<String, List<Object>> rows = new TreeMap<>();
        for (PreviousName name : names) {
            String id = String.valueOf(name.vmId());
            rows.put(id + "/" + name.name(), List.of(id, name.name().text()));
        }
        return rows;
    }

    private static Map<String, OperationRow> openOperations(Inventory inventory) {
        Map<String, OperationRow> rows = new TreeMap<>();
        inventory.open().values().forEach(open -> rows.put(open.id().text(), OperationRow.of(open)));
        return rows;
    }

    private Map<String, OperationRow> openOperations() throws SQLException {
        Map<String, OperationRow> rows = new TreeMap<>();
        operations.openRows().forEach(row -> rows.put(row.id(), row));
        return rows;
    }

    private static Map<String, AuditRow> byKey(Iterable<AuditRow> entries) {
        Map<String, AuditRow> rows = new TreeMap<>();
        entries.forEach(row -> rows.put(String.valueOf(row.sequence()), row));
        return rows;
    }

    /**
     * Rows as they are, right or wrong.
     *
     * @param keys how many columns make up the key
     * @param time number of the column that holds a time; 0 for none
     */
    private Map<String, List<Object>> rows(String sql, int keys, int time) throws SQLException {
        Map<String, List<Object>> rows = new TreeMap<>();
        try (Statement select = connection.createStatement(); ResultSet found = select.executeQuery(sql)) {
            while (found.next()) {
                List<Object> row = new ArrayList<>();
                for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
                    row.add(column == time ? EventTable.instant(found, column) : found.getString(column));
                }
                rows.put(String.join("/", row.subList(0, keys).stream().map(String::valueOf).toList()), row);
            }
        }
        return rows;
    }
}
