package ctl.vm.journal.h2;

import ctl.vm.inventory.value.Sha256;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import org.h2.api.ErrorCode;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.tx.TransactionStore;
import org.h2.result.SearchRow;

/**
 * What H2 carries out when it opens a database file: statements that stand in the file itself, read here without carrying
 * them out. A file that another user has made could hold any: a trigger or an alias as Java source, a linked table that
 * connects to anywhere, a script. So only those are let through that make up tables like ours.
 */
final class SchemaWhitelist {

    /** The map in which H2 keeps them, and the place of the text in its rows. */
    private static final String MAP = "table.0";

    private static final int TEXT = 3;

    /** What H2 itself adds. Nothing but numbers is set: a text could be the name of a class. */
    private static final Pattern SETTING = Pattern.compile("SET [A-Z_]+ \\d+");

    private static final Pattern USER = Pattern.compile(
            "CREATE USER IF NOT EXISTS \"[A-Z]+\" SALT '[0-9a-f]*' HASH '[0-9a-f]*' ADMIN");

    /** What can stand between names and words. */
    private static final String BETWEEN = " \t\r\n().,";

    private static final Set<String> WORDS = Set.of(
            "CREATE", "ALTER", "CACHED", "TABLE", "INDEX", "UNIQUE", "PRIMARY", "FOREIGN", "KEY", "ON", "ADD",
            "CONSTRAINT",
            "REFERENCES", "DELETE", "CASCADE", "NOCHECK", "NULLS", "FIRST", "LAST", "NOT", "NULL", "DEFAULT",
            "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "TRUE", "FALSE", "INTEGER", "BIGINT", "SMALLINT", "BOOLEAN",
            "CHARACTER", "VARYING", "BINARY", "DATE", "TIMESTAMP", "WITH", "WITHOUT", "TIME", "ZONE",
            // With a number, by H2 itself once it has counted the values of a table: after some 2,000 changes.
            "SELECTIVITY");

    /**
     * Our views, those of older tables too, word for word as H2 keeps them: SHA-256 of each, as there is text in them, and a
     * query.
     */
    private static final Set<String> VIEWS = Set.of(
            "3c9057cfa639fdb02404435a5d4e1c63d703d85801bb78e2ca5c16136cb05ed9",
            "a62c6aaa965e19ef963eb64a5ddd56edf9aa6f2fdb37633b89fdc28a8b068654",
            "99a082e0e436fc64dbb104f58aeeaaf5af7c98291e18b1badd679d5bba4e32ca",
            "2c3dfac4b6094c01aed2fcc81db234b3a365a224fc3bb0793a50f033b39da5af",
            "c7d41095780b51900cd813dcf00a116e11c1b8c260ac82f97f3cb4feed42744a",
            "163ee0b5e6f229f9896185c92cb1ea0c5f21f3b6c42a47f3cf7f6562baaf87f5");

    /** In the file's header: the version of the chunk that H2 knew to be the last. The version that it opens is that of the last it finds. */
    private static final String HEADER_VERSION = "version";

    private static final String VIEW = "CREATE FORCE VIEW ";

    private SchemaWhitelist() {}

    /**
     * Makes sure that H2 can open the file without carrying out anything but what we would have written.
     *
     * @return whether the file lacks what H2 wrote to it last, so that H2 opens it as it was before: it was cut off, or is damaged
     *     there. A power cut can leave this as well, but then nothing is missing that was synced
     * @throws SQLException as H2 would throw it, where the file is locked or cannot be read; with the number of a refused
     *     statement where it holds one
     */
    static boolean require(Path file) throws SQLException {
        Content content = content(file);
        for (String statement : content.statements) {
            if (!isHarmless(statement)) {
                throw new SQLException("not one of ours: " + statement, "", ErrorCode.ACCESS_DENIED_TO_CLASS_1);
            }
        }
        return content.lacksEnd;
    }

    private record Content(List<String> statements, boolean lacksEnd) {}

    /** H2 trusts much of what it finds in the file: whatever it throws here is about the file. */
    private static Content content(Path file) throws SQLException {
        try (MVStore store = new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
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
            case DataUtils.ERROR_FILE_LOCKED -> ErrorCode.DATABASE_ALREADY_OPEN_1;
            case DataUtils.ERROR_UNSUPPORTED_FORMAT -> ErrorCode.FILE_VERSION_ERROR_1;
            default -> ErrorCode.FILE_CORRUPTED_1;
        };
    }

    static boolean isHarmless(String statement) {
        return isOfTable(statement)
                || SETTING.matcher(statement).matches()
                || USER.matcher(statement).matches()
                || statement.startsWith(VIEW) && VIEWS.contains(Sha256.over(statement).hex());
    }

    /**
     * Whether it makes a table, or part of one: names in quotation marks, numbers, known words and what stands between them.
     * There is no text in it, so that no function can name a file, and no word that brings in a program or a query.
     *
     * <p>Without a regular expression, which takes 20 ms for all of them in a JVM that has just started.
     */
    private static boolean isOfTable(String statement) {
        var tokens = new StringTokenizer(statement, BETWEEN);
        boolean isHarmless = statement.startsWith("CREATE ") || statement.startsWith("ALTER ");
        while (isHarmless && tokens.hasMoreTokens()) {
            String token = tokens.nextToken();
            isHarmless = WORDS.contains(token) || isName(token)
                    || token.chars().allMatch(SchemaWhitelist::isDigit);
        }
        return isHarmless;
    }

    private static boolean isName(String token) {
        return token.length() > "\"\"".length() && token.startsWith("\"") && token.endsWith("\"")
                && token.substring(1, token.length() - 1).chars().allMatch(SchemaWhitelist::isOfName);
    }

    private static boolean isOfName(int character) {
        return 'A' <= character && character <= 'Z'
                || 'a' <= character && character <= 'z'
                || isDigit(character)
                || character == '_';
    }

    private static boolean isDigit(int character) {
        return '0' <= character && character <= '9';
    }
}
