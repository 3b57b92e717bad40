package ctl.vm.journal.engine;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.mirror.MirrorLines;
import ctl.vm.journal.sql.AuditRow;
import ctl.vm.journal.sql.AuditTable;
import ctl.vm.journal.sql.EventTable;
import ctl.vm.journal.sql.FinalRows;
import ctl.vm.journal.sql.OperationRow;
import ctl.vm.journal.sql.OperationTable;
import ctl.vm.journal.sql.PreviousName;
import ctl.vm.journal.sql.Table;
import ctl.vm.journal.sql.VmTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * An empty database, filled with many events at once: a row is written when it is final, and an index when all rows are
 * there. Appending them one by one gives the same and takes ten times as long.
 */
public final class BulkLoader {

    /** Events: their rows are kept in memory until then. */
    private static final int SENT_AT_ONCE = 500;

    /** Events; so that a long journal takes no more memory than a short one. */
    public static final int COMMITTED_AT_ONCE = 10_000;

    private final Engine engine;
    private final JournalFolder folder;
    private final Connection connection;
    private final Fold fold = new Fold();
    private final FinalRows finalRows = new FinalRows();

    public BulkLoader(Engine engine, Connection empty) {
        this.engine = engine;
        this.folder = engine.folder();
        this.connection = empty;
    }

    /** @param events a file of lines, a chain from the first event on */
    public void with(Path events, ProgressListener progress) throws SQLException {
        List<String> indexes = engine.indexes(connection);
        drop(indexes);
        try (var lines = new MirrorLines(folder.disk(), events);
                var rows = new EventTable(connection).insertBatch();
                var operations = new OperationTable(connection).replaceBatch();
                var entries = new AuditTable(connection, engine.indexHint()).insertBatch()) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                EventRow row = EventRow.of(line.get());
                rows.add(row);
                FinalRows.Final made = finalRows
                        .next(HashChain.fold(folder.layout().journal(), fold, line.get().recorded()));
                if (made.operation().isPresent()) {
                    operations.add(made.operation().get());
                }
                if (made.entry().isPresent()) {
                    entries.add(made.entry().get());
                }
                if (row.sequence() % SENT_AT_ONCE == 0) {
                    send(rows, operations, entries);
                }
                if (row.sequence() % COMMITTED_AT_ONCE == 0) {
                    connection.commit();
                }
                progress.advance(line.get().text().length());
            }
            Inventory inventory = fold.inventory();
            for (OperationRow open : finalRows.openOperations(inventory)) {
                operations.add(open);
            }
            for (AuditRow open : finalRows.openEntries()) {
                entries.add(open);
            }
            send(rows, operations, entries);
            writeWhatIsThere(inventory);
        }
        execute(indexes);
        connection.commit();
    }

    private void writeWhatIsThere(Inventory inventory) throws SQLException {
        var vms = new VmTable(connection);
        for (Vm vm : inventory.vms().values()) {
            vms.write(Optional.empty(), vm);
        }
        var names = new PreviousName.InTable(connection);
        for (PreviousName name : finalRows.names()) {
            names.insert(name);
        }
    }

    private static void send(Table.Batch<?>... batches) throws SQLException {
        for (Table.Batch<?> batch : batches) {
            batch.send();
        }
    }

    private void drop(List<String> indexes) throws SQLException {
        execute(indexes.stream().map(index -> index.substring(0, index.indexOf(" ON ")).replace("CREATE", "DROP"))
                .toList());
    }

    private void execute(List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
