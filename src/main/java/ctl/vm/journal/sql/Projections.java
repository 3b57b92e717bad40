package ctl.vm.journal.sql;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tables that hold what the events fold to. They know nothing of what an event means: they write down how the part
 * of the inventory that it can touch differs after the fold.
 */
public final class Projections {

    private final VmTable vms;
    private final OperationTable operations;
    private final AuditTable entries;
    private final PreviousName.InTable names;

    public Projections(Connection connection, IndexHint hint) {
        this.vms = new VmTable(connection);
        this.operations = new OperationTable(connection);
        this.entries = new AuditTable(connection, hint);
        this.names = new PreviousName.InTable(connection);
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
                vms.delete(name.text());
            } else if (!now.equals(was)) {
                vms.write(was, now.get());
            }
        }
        for (OperationId id : union(before.open(), after.open())) {
            Optional<OpenOperation> was = before.operation(id);
            Optional<OpenOperation> now = after.operation(id);
            if (now.isEmpty()) {
                operations.update(OperationRow.of(was.orElseThrow()).endedBy(change.event()));
            } else if (was.isEmpty()) {
                operations.start(now.get());
            } else if (!now.equals(was)) {
                operations.update(OperationRow.of(now.get()));
            }
        }
        writeEntries(change);
    }

    /** Of what the event has changed, only what the audit is asked. */
    public void writeEntries(Fold.Change change) throws SQLException {
        entries.write(change);
        for (PreviousName name : PreviousName.of(change.event().event(), change.after())) {
            names.replace(name);
        }
    }

    public boolean hasNoAuditEntries() throws SQLException {
        return entries.count() == 0;
    }

    private static <K> Set<K> union(Map<K, ?> before, Map<K, ?> after) {
        var keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        return keys;
    }
}
