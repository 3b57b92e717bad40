package ctl.vm.journal.h2;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.h2.api.ErrorCode;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.tx.TransactionStore;
import org.h2.result.SearchRow;

/**
 * What H2 carries out when it opens a database file: statements that stand in the file itself, read here without
 * carrying them out. A file that another user has made could hold any: a trigger or an alias as Java source, a linked
 * table that connects to anywhere, a script. So only those are let through that make up tables like ours.
 */
final class SchemaWhitelist {

    /** The map in which H2 keeps them, and the place of the text in its rows. */
    private static final String MAP = "table.0";

    private static final int TEXT = 3;

    /**
     * In the file's header: the version of the chunk that H2 knew to be the last. The version that it opens is that of
     * the last it finds.
     */
    private static final String HEADER_VERSION = "version";

    private SchemaWhitelist() {}

    /**
     * Makes sure that H2 can open the file without carrying out anything but what we would have written.
     *
     * @param known statements that were found harmless: those that are found to be so are added
     * @return whether the file lacks what H2 wrote to it last, so that H2 opens it as it was before: it was cut off, or
     *     is damaged there. A power cut can leave this as well, but then nothing is missing that was synced
     * @throws SQLException as H2 would throw it, where the file cannot be read; with the number of a refused
     *     statement where it holds one
     */
    static boolean require(Path file, Set<String> known) throws SQLException {
        Content content = content(file);
        for (String statement : content.statements) {
            if (!known.contains(statement) && !isHarmless(statement)) {
                throw new SQLException("not one of ours: " + statement, "", ErrorCode.ACCESS_DENIED_TO_CLASS_1);
            }
            known.add(statement);
        }
        return content.lacksEnd;
    }

    private record Content(List<String> statements, boolean lacksEnd) {}

    /** H2 trusts much of what it finds in the file: whatever it throws here is about the file. */
    private static Content content(Path file) throws SQLException {
        try (MVStore store = new MVStore.Builder().fileName(UnlockedFile.name(file)).readOnly().open()) {
            TransactionStore transactions = new TransactionStore(store);
            transactions.init();
            var rows = transactions.begin().<Object, Object>openMap(MAP, null, null).entryIterator(null, null);
            List<String> statements = new ArrayList<>();
            for (var row = rows.fetchNext(); row != null; row = rows.fetchNext()) {
                statements.add(row.getValue() instanceof SearchRow fields
                        ? fields.getValue(TEXT).getString()
                        : String.valueOf(row.getValue()));
            }
            return new Content(statements,
                    DataUtils.readHexLong(store.getStoreHeader(), HEADER_VERSION, 0) > store.getCurrentVersion());
        } catch (RuntimeException | AssertionError unreadable) {
            throw new SQLException(unreadable.toString(), "", number(unreadable), unreadable);
        }
    }

    private static int number(Throwable unreadable) {
        return switch (unreadable instanceof MVStoreException known ? known.getErrorCode() : 0) {
            case DataUtils.ERROR_UNSUPPORTED_FORMAT -> ErrorCode.FILE_VERSION_ERROR_1;
            default -> ErrorCode.FILE_CORRUPTED_1;
        };
    }

    static boolean isHarmless(String statement) {
        return Definition.of(statement).isHarmless();
    }
}
