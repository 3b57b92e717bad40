package ctl.vm.journal.sql;

import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.journal.json.JsonWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rows of the tables that some events may have changed, as JSON: for a copy of the tables elsewhere. */
public final class ChangedRows {

    /** Only described here: nothing is asked of them. */
    private static final AuditTable ENTRIES = new AuditTable(null, IndexHint.NONE);
    private static final PreviousName.InTable NAMES = new PreviousName.InTable(null);
    private static final VmTable VMS = new VmTable(null);
    private static final VmTable.ImageTable IMAGES = new VmTable.ImageTable(null);

    private final AuditTable entries;
    private final PreviousName.InTable names;
    private final VmTable vms;
    private final VmTable.ImageTable images;

    public ChangedRows(Connection connection, IndexHint hint) {
        this.entries = new AuditTable(connection, hint);
        this.names = new PreviousName.InTable(connection);
        this.vms = new VmTable(connection);
        this.images = new VmTable.ImageTable(connection);
    }

    /** The rows as they are now. */
    public Journal.Tables.Rows rows(Journal.Changed changed) throws SQLException {
        // By the operations: that has an index, and the newest event of an entry has none.
        List<AuditRow> audited = entries.select("WHERE operation = ANY(?) AND latest BETWEEN ? AND ?",
                changed.operations().stream().map(OperationId::text).toArray(String[]::new),
                changed.first(), changed.last());
        Long[] ids = audited.stream().flatMap(row -> row.vmId().stream()).distinct().toArray(Long[]::new);
        String[] touched = changed.vms().stream().map(VmName::text).toArray(String[]::new);
        return json(
                audited,
                ids.length == 0 ? List.of() : names.select("WHERE vm_id = ANY(?)", (Object) ids),
                vms.select("WHERE name = ANY(?)", (Object) touched),
                images.select("WHERE vm = ANY(?)", (Object) touched));
    }

    /** The same from values that stand in no database. @param vms with their images */
    public static Journal.Tables.Rows json(
            Collection<AuditRow> entries, Collection<PreviousName> names, Collection<Vm> vms) {
        return json(entries, names, vms, vms.stream()
                .flatMap(vm -> vm.images().values().stream().map(image -> new VmTable.Image(vm.name(), image)))
                .toList());
    }

    private static Journal.Tables.Rows json(Collection<AuditRow> entries, Collection<PreviousName> names,
            Collection<Vm> vms, Collection<VmTable.Image> images) {
        return new Journal.Tables.Rows(
                array(entries, row -> object(ENTRIES, row)),
                array(names, name -> object(NAMES, name)),
                array(vms, vm -> object(VMS, vm)),
                array(images, image -> object(IMAGES, image)));
    }

    private static <V> String array(Collection<V> values, Function<V, String> object) {
        return values.stream().map(object).collect(Collectors.joining(",", "[", "]"));
    }

    private static <V> String object(Table<V> table, V value) {
        List<String> columns = table.columns();
        List<Object> row = table.row(value);
        return JsonWriter.object(json -> {
            for (int column = 0; column < columns.size(); column++) {
                write(json, columns.get(column), row.get(column));
            }
        });
    }

    private static void write(JsonWriter json, String column, Object content) {
        switch (content) {
            case null -> {
                // Left out.
            }
            case Number number -> json.json(column, number.toString());
            default -> json.text(column, content.toString());
        }
    }
}
