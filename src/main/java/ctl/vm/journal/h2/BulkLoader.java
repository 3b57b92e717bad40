package ctl.vm.journal.h2;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Fold;
import ctl.vm.journal.mirror.MirrorLines;
import ctl.vm.journal.sql.AuditRow;
import ctl.vm.journal.sql.AuditTable;
import ctl.vm.journal.sql.EventTable;
import ctl.vm.journal.sql.OpenAuditEntries;
import ctl.vm.journal.sql.OperationRow;
import ctl.vm.journal.sql.OperationTable;
import ctl.vm.journal.sql.PreviousName;
import ctl.vm.journal.sql.VmTable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An empty database, filled with many events at once: a row is written when it is final, and an index when all rows are
 * there. Appending them one by one gives the same and takes ten times as long.
 */
final class BulkLoader {

    /** Events: their rows are kept in memory until then. */
    private static final int SENT_AT_ONCE = 500;

    private final Connection connection;
    private final Fold fold;
    private final OpenAuditEntries entries = new OpenAuditEntries();
    private final Set<PreviousName> names = new HashSet<>();

    BulkLoader(Path journal, OpenJournal empty) {
        this.connection = empty.connection();
        this.fold = new Fold(journal);
    }

    /** @param events a file of lines, a chain from the first event on */
    void with(Path events, ProgressListener progress) throws IOException, SQLException {
        List<String> indexes = indexes();
        drop(indexes);
        try (var lines = new MirrorLines(events);
                var event = connection.prepareStatement(EventTable.INSERT);
                var operation = connection.prepareStatement(OperationTable.MERGE);
                var entry = connection.prepareStatement(AuditTable.INSERT)) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                EventRow row = EventRow.of(line.get());
                EventTable.set(event, row);
                event.addBatch();
                follow(line.get().recorded(), operation, entry);
                if (row.sequence() % SENT_AT_ONCE == 0) {
                    send(event, operation, entry);
                }
                if (row.sequence() % NewDatabase.COMMITTED_AT_ONCE == 0) {
                    connection.commit();
                }
                progress.advance(line.get().text().length());
            }
            rest(operation, entry);
            send(event, operation, entry);
        }
        execute(indexes);
        connection.commit();
    }

    private void follow(Recorded recorded, PreparedStatement operation, PreparedStatement entry) throws SQLException {
        Fold.Change change = fold.next(recorded);
        Optional<OpenOperation> before = change.before().operation(recorded.operation());
        if (before.isPresent() && change.after().operation(recorded.operation()).isEmpty()) {
            OperationTable.set(operation, OperationRow.of(before.get()).endedBy(recorded));
            operation.addBatch();
        }
        Optional<AuditRow> over = entries.next(change);
        if (over.isPresent()) {
            AuditTable.set(entry, over.get());
            entry.addBatch();
        }
        names.addAll(PreviousName.of(recorded.event(), change.after()));
    }

    /** What has not ended, and what there is. */
    private void rest(PreparedStatement operation, PreparedStatement entry) throws SQLException {
        for (OpenOperation open : fold.inventory().open().values()) {
            OperationTable.set(operation, OperationRow.of(open));
            operation.addBatch();
        }
        for (AuditRow going : entries.unended()) {
            AuditTable.set(entry, going);
            entry.addBatch();
        }
        var vms = new VmTable(connection);
        for (Vm vm : fold.inventory().vms().values()) {
            vms.write(Optional.empty(), vm);
        }
        var table = new AuditTable(connection);
        for (PreviousName name : names) {
            table.merge(name);
        }
    }

    private static void send(PreparedStatement... batches) throws SQLException {
        for (PreparedStatement batch : batches) {
            batch.executeBatch();
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
