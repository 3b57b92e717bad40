package ctl.vm.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

import org.h2.Driver;

import ctl.vm.inventory.Deed;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;

/**
 * A second set of the tables that follow the events, made in memory from the events alone, to compare the journal's with.
 * What has ended is compared and forgotten: a long journal takes no more memory than a short one.
 */
final class TwinTables implements AutoCloseable {

    /** Several may be there at a time. */
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** The columns that tell a row of each table from the others. */
    private enum Table {
        VM("vm", "name", "TRUE"),
        IMAGE("image", "vm || '/' || file", "TRUE"),
        OPERATION("operation", "id", "ended IS NULL"),
        DEED("deed", "sequence", "outcome IN ('open', 'interrupted')"),
        VM_NAME("vm_name", "vm_id || '/' || name", "TRUE");

        private final String name;
        private final String key;
        private final String kept;

        Table(String name, String key, String kept) {
            this.name = name;
            this.key = key;
            this.kept = kept;
        }
    }

    private final Connection checked;
    private final Connection twin;
    private final Projections projections;
    private final List<String> differences = new ArrayList<>();
    private long ended;
    private long told;

    /** @param checked the database with the tables in question */
    TwinTables(Connection checked) throws SQLException {
        this.checked = checked;
        // Open while Flyway opens and closes it: it is gone with its last connection.
        String url = "jdbc:h2:mem:ctl-twin-" + COUNT.incrementAndGet();
        this.twin = connect(url);
        Migration.run(url);
        this.projections = new Projections(twin);
    }

    private static Connection connect(String url) throws SQLException {
        var login = new Properties();
        login.setProperty("user", Database.USER);
        login.setProperty("password", Database.PASSWORD);
        return new Driver().connect(url, login);
    }

    /** Forgets all events. */
    void beginAnew() throws SQLException {
        try (Statement delete = twin.createStatement()) {
            delete.execute("DELETE FROM operation");
            delete.execute("DELETE FROM vm");
            delete.execute("DELETE FROM deed");
            delete.execute("DELETE FROM vm_name");
        }
        differences.clear();
        ended = 0;
        told = 0;
    }

    void next(Inventory before, Recorded recorded, Inventory after) throws SQLException {
        projections.write(touched(before, recorded), touched(after, recorded), recorded);
        OperationId operation = recorded.operation();
        if (before.operation(operation).isPresent() && after.operation(operation).isEmpty()) {
            ended++;
            compareEnded(Table.OPERATION, "id = ?", operation.text());
        }
        if (after.operation(operation).isEmpty() || Deed.isBegunBy(recorded.event())) {
            compareDeeds(operation);
        }
    }

    /** Those of an operation that have ended, and what it noticed. */
    private void compareDeeds(OperationId operation) throws SQLException {
        List<Long> over = new ArrayList<>();
        try (PreparedStatement select = twin.prepareStatement(
                "SELECT sequence FROM deed WHERE operation = ? AND NOT (" + Table.DEED.kept + ")")) {
            select.setString(1, operation.text());
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    over.add(found.getLong(1));
                }
            }
        }
        for (long sequence : over) {
            told++;
            compareEnded(Table.DEED, "sequence = ?", sequence);
        }
    }

    /** The rows that are not what the events give, one line each. */
    List<String> differences() throws SQLException {
        for (Table table : Table.values()) {
            compare(table);
        }
        countEnded(Table.OPERATION, ended, "operations");
        countEnded(Table.DEED, told, "deeds");
        return differences;
    }

    private void countEnded(Table table, long expected, String words) throws SQLException {
        long there = count("SELECT COUNT(*) FROM %s WHERE NOT (%s)".formatted(table.name, table.kept));
        if (there > expected) {
            differences.add("the table of %s has %d more that have ended than the events give"
                    .formatted(words, there - expected));
        }
    }

    private static Inventory touched(Inventory all, Recorded recorded) {
        Map<VmName, Vm> vms = new TreeMap<>();
        Subject.touched(recorded.event()).forEach(name -> all.vm(name).ifPresent(vm -> vms.put(name, vm)));
        return new Inventory(
                vms,
                all.operation(recorded.operation()).map(open -> Map.of(open.id(), open)).orElse(Map.of()));
    }

    private void compareEnded(Table table, String condition, Object key) throws SQLException {
        if (!row(twin, table, condition, key).equals(row(checked, table, condition, key))) {
            differences.add(words(table, key.toString()));
        }
        try (PreparedStatement delete = twin.prepareStatement("DELETE FROM " + table.name + " WHERE " + condition)) {
            delete.setObject(1, key);
            delete.executeUpdate();
        }
    }

    private static Optional<String> row(Connection connection, Table table, String condition, Object key)
            throws SQLException {
        String sql = "SELECT * FROM %s WHERE %s".formatted(table.name, condition);
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, key);
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(text(found)) : Optional.empty();
            }
        }
    }

    private void compare(Table table) throws SQLException {
        Map<String, String> expected = rows(twin, table);
        Map<String, String> there = rows(checked, table);
        var keys = new TreeSet<>(expected.keySet());
        keys.addAll(there.keySet());
        for (String key : keys) {
            if (!Optional.ofNullable(expected.get(key)).equals(Optional.ofNullable(there.get(key)))) {
                differences.add(words(table, key));
            }
        }
    }

    private static String words(Table table, String key) {
        return "the table %s is not what the events give: %s".formatted(table.name, key);
    }

    private static Map<String, String> rows(Connection connection, Table table) throws SQLException {
        String sql = "SELECT %s AS row_key, t.* FROM %s t WHERE %s".formatted(table.key, table.name, table.kept);
        Map<String, String> rows = new TreeMap<>();
        try (Statement select = connection.createStatement(); ResultSet found = select.executeQuery(sql)) {
            while (found.next()) {
                rows.put(found.getString(1), text(found));
            }
        }
        return rows;
    }

    private static String text(ResultSet found) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
            columns.add(String.valueOf(found.getString(column)));
        }
        return columns.toString();
    }

    private long count(String sql) throws SQLException {
        try (Statement select = checked.createStatement(); ResultSet found = select.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        twin.close();
    }
}
