package ctl.vm.journal.sql;

import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.chain.Fold;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tables that hold what the events fold to. They know nothing of what an event means: they write down how the part
 * of the inventory that it can touch differs after the fold.
 */
public final class Projections {

    private final Connection connection;
    private final VmTable vms;
    private final OperationTable operations;
    private final AuditTable entries;

    public Projections(Connection connection) {
        this.connection = connection;
        this.vms = new VmTable(connection);
        this.operations = new OperationTable(connection);
        this.entries = new AuditTable(connection);
    }

    /** The whole inventory. */
    public Inventory all() throws SQLException {
        return new Inventory(vms.all(), operations.open());
    }

    /** Writes what the event has changed. */
    public void write(Fold.Change change) throws SQLException {
        Inventory before = change.before();
        Inventory after = change.after();
        for (VmName name : union(before.vms(), after.vms())) {
            Optional<Vm> was = before.vm(name);
            Optional<Vm> now = after.vm(name);
            if (now.isEmpty()) {
                vms.remove(name);
            } else if (!now.equals(was)) {
                vms.write(was, now.get());
            }
        }
        for (OperationId id : union(before.open(), after.open())) {
            Optional<OpenOperation> was = before.operation(id);
            Optional<OpenOperation> now = after.operation(id);
            if (now.isEmpty()) {
                operations.end(was.orElseThrow(), change.event());
            } else if (was.isEmpty()) {
                operations.insert(now.get());
            } else if (!now.equals(was)) {
                operations.update(now.get());
            }
        }
        writeEntries(change);
    }

    /** Of what the event has changed, only what the audit is asked. */
    public void writeEntries(Fold.Change change) throws SQLException {
        entries.write(change);
    }

    public boolean hasNoAuditEntries() throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet found = select.executeQuery("SELECT 1 FROM audit_entry FETCH FIRST ROW ONLY")) {
            return !found.next();
        }
    }

    /** Everything in the tables, operations that have ended included, as text: for comparing two databases. */
    List<String> rows() throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("vm ORDER BY name", "image ORDER BY vm, file", "operation ORDER BY id",
                "audit_entry ORDER BY sequence", "vm_name ORDER BY vm_id, name")) {
            try (Statement select = connection.createStatement();
                    ResultSet found = select.executeQuery("SELECT * FROM " + table)) {
                while (found.next()) {
                    rows.add(row(table, found));
                }
            }
        }
        return rows;
    }

    private static String row(String table, ResultSet found) throws SQLException {
        List<String> columns = new ArrayList<>(List.of(table));
        for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
            columns.add(found.getString(column));
        }
        return columns.toString();
    }

    private static <K> Set<K> union(Map<K, ?> before, Map<K, ?> after) {
        var keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        return keys;
    }
}
