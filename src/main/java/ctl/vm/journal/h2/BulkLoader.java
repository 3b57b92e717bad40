package ctl.vm.journal.h2;

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
import ctl.vm.journal.sql.IndexHint;
import ctl.vm.journal.sql.OperationRow;
import ctl.vm.journal.sql.OperationTable;
import ctl.vm.journal.sql.PreviousName;
import ctl.vm.journal.sql.Table;
import ctl.vm.journal.sql.VmTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An empty database, filled with many events at once: a row is written when it is final, and an index when all rows are
 * there. Appending them one by one gives the same and takes ten times as long.
 */
final class BulkLoader {

    /** Events: their rows are kept in memory until then. */
    private static final int SENT_AT_ONCE = 500;

    private final JournalFolder folder;
    private final Connection connection;
    private final Fold fold = new Fold();
    private final FinalRows finalRows = new FinalRows();

    BulkLoader(JournalFolder folder, OpenJournal empty) {
        this.folder = folder;
        this.connection = empty.connection();
    }

    /** @param events a file of lines, a chain from the first event on */
    void with(Path events, ProgressListener progress) throws SQLException {
        List<String> indexes = indexes();
        drop(indexes);
        try (var lines = new MirrorLines(folder.disk(), events);
                var rows = new EventTable(connection).insertBatch();
                var operations = new OperationTable(connection).replaceBatch();
                var entries = new AuditTable(connection, IndexHint.USE_INDEX).insertBatch()) {
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
                if (row.sequence() % NewDatabase.COMMITTED_AT_ONCE == 0) {
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

    /** Those of our tables, as the statements that make them. */
    private List<String> indexes() throws SQLException {
        List<String> indexes = new ArrayList<>();
        try (Statement script = connection.createStatement();
                ResultSet found = script.executeQuery("SCRIPT NODATA NOPASSWORDS NOSETTINGS")) {
            while (found.next()) {
                if (found.getString(1).startsWith("CREATE INDEX") && !found.getString(1).contains("flyway")) {
                    indexes.add(found.getString(1));
                }
            }
        }
        return indexes;
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
