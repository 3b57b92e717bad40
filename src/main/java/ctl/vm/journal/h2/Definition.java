package ctl.vm.journal.h2;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A statement of a database file, by its structure: names, words, numbers, text and signs. How one version of H2 prints
 * it, with quotation marks or without, with which clauses and in which order, makes no difference.
 *
 * <p>Harmless is what consists of words that are known and can bring in no program: nothing else has to be understood.
 * It is read without regular expressions, which take 20 ms for all statements in a JVM that has just started.
 */
final class Definition {

    private static final Set<String> TABLE_WORDS = Set.of(
            "CREATE", "ALTER", "CACHED", "TABLE", "INDEX", "UNIQUE", "PRIMARY", "FOREIGN", "KEY", "ON", "ADD", "IF",
            "EXISTS",
            "CONSTRAINT", "REFERENCES", "DELETE", "UPDATE", "CASCADE", "RESTRICT", "ACTION", "NO", "NOCHECK", "NULLS",
            "FIRST",
            "LAST", "ASC", "DESC", "NOT", "NULL", "DEFAULT", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "TRUE", "FALSE",
            "INTEGER",
            "INT", "BIGINT", "SMALLINT", "BOOLEAN", "CHARACTER", "CHAR", "VARCHAR", "VARYING", "BINARY", "DATE",
            "TIMESTAMP",
            "WITH", "WITHOUT", "TIME", "ZONE", "NUMERIC", "DECIMAL",
            // With a number, by H2 itself once it has counted the values of a table: after some 2,000 changes.
            "SELECTIVITY");

    /** What may stand behind DEFAULT: no function, which could name a file. */
    private static final Set<String> DEFAULTS = Set.of("CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "TRUE", "FALSE", "NULL");

    private static final Set<String> VIEW_WORDS = Set.of(
            "CREATE", "OR", "REPLACE", "FORCE", "VIEW", "AS", "SELECT", "FROM", "INNER", "LEFT", "OUTER", "JOIN", "ON",
            "WHERE",
            "AND", "NOT", "IN", "ANY", "ARRAY", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END",
            "CAST", "TIMESTAMP", "WITH", "ZONE", "INTERVAL", "SECOND");

    private static final Set<String> USER_WORDS = Set.of(
            "CREATE", "USER", "IF", "NOT", "EXISTS", "SALT", "HASH", "ADMIN");

    /** Tables, columns and views of ours, those of older journals too, and what our views call the tables. */
    private static final Set<String> NAMES = Set.of(
            "PUBLIC", "EVENT", "VM", "IMAGE", "OPERATION", "DEED", "AUDIT_ENTRY", "VM_NAME",
            "AUDIT_LOG", "VM_LISTING", "OPERATION_LOG", "A", "D", "E", "I", "V",
            "SEQUENCE", "TIME", "NAME", "VERSION", "SNAPSHOT", "ACTOR", "PAYLOAD", "PREVIOUS", "HASH", "SINCE",
            "ORIGIN",
            "SOURCE", "ARRIVED", "ARRIVED_BY", "FILE", "SIZE", "MODIFIED", "MODIFIED_NS", "DEVICE", "INODE", "ID",
            "ACTION", "REQUEST",
            "STARTED",
            "STARTED_BY", "STATE", "PROGRESS", "ENDED", "REASON", "EXIT_CODE", "LATEST", "COUNTERPART", "SNAPSHOTS",
            "BY_USER",
            "SUDO_USER", "OUTCOME", "VM_ID", "REPLACED_ID", "SOURCE_ID", "SEEN_BY", "CHANGE", "LAST_SEQUENCE",
            "SIZE_BYTES");

    /** Indexes and constraints are called after their tables, by us, or by H2. */
    private static final List<String> INDEX_NAMES = List.of(
            "EVENT_", "VM_", "IMAGE_", "OPERATION_", "DEED_", "AUDIT_ENTRY_", "PRIMARY_KEY_", "CONSTRAINT_");

    /** In the conditions and the calculations of our views. */
    private static final Set<String> TEXTS = Set.of(
            "'found'", "'copied-by-hand'", "'1970-01-01 00:00:00+00'", "'0.000001'");

    private final List<String> tokens;

    private Definition(List<String> tokens) {
        this.tokens = tokens;
    }

    /** Each token keeps its quotation marks; words are in capitals. */
    static Definition of(String statement) {
        List<String> tokens = new ArrayList<>();
        for (int at = 0; at < statement.length();) {
            char first = statement.charAt(at);
            int end = at + 1;
            if (first == '"' || first == '\'') {
                // Without its end it is a token that nothing allows.
                int last = statement.indexOf(first, end);
                end = last < 0 ? statement.length() : last + 1;
            } else if (isOfName(first)) {
                while (end < statement.length() && isOfName(statement.charAt(end))) {
                    end++;
                }
            }
            String token = statement.substring(at, end);
            if (!token.isBlank()) {
                tokens.add(isOfName(first) ? token.toUpperCase(Locale.ROOT) : token);
            }
            at = end;
        }
        return new Definition(tokens);
    }

    /**
     * Whether nothing is carried out where H2 opens a file that holds it, but what makes a table, a view or a user of
     * ours.
     */
    boolean isHarmless() {
        return isSetting() || isUser() || isOfTable() || isView();
    }

    /** What H2 itself adds. Nothing but numbers is set: a text could be the name of a class. */
    private boolean isSetting() {
        return tokens.size() == 3 && is(0, "SET") && isWord(tokens.get(1)) && isNumber(tokens.get(2));
    }

    private boolean isUser() {
        return is(0, "CREATE") && is(1, "USER") && tokens.stream().allMatch(
                token -> USER_WORDS.contains(token) || isQuotedName(token) || isHexadecimal(token));
    }

    /** It makes a table, or a part of one. There is no text in it. */
    private boolean isOfTable() {
        boolean isHarmless = tokens.size() > 2 && (is(0, "CREATE") || is(0, "ALTER"));
        for (int at = 0; isHarmless && at < tokens.size(); at++) {
            String token = tokens.get(at);
            isHarmless = TABLE_WORDS.contains(token) || NAMES.contains(token) || isQuotedName(token)
                    || INDEX_NAMES.stream().anyMatch(token::startsWith) || isNumber(token) || isOneOf(token, "(),.");
            if (token.equals("DEFAULT") && isHarmless) {
                isHarmless = at + 1 < tokens.size()
                        && (DEFAULTS.contains(tokens.get(at + 1)) || isNumber(tokens.get(at + 1)));
            }
        }
        return isHarmless;
    }

    /**
     * It asks tables of ours for columns, compares them and calculates: no function is called in it. Neither "/" nor "-"
     * may stand in it, as a comment could come between the name of a function and its parenthesis.
     */
    private boolean isView() {
        int query = tokens.indexOf("AS");
        boolean isHarmless = is(0, "CREATE") && tokens.contains("VIEW") && query > 0;
        for (int at = 0; isHarmless && at < tokens.size(); at++) {
            String token = tokens.get(at);
            boolean isName = isOurName(token);
            isHarmless = VIEW_WORDS.contains(token) || isName || TEXTS.contains(token)
                    || isNumber(token) || isOneOf(token, "(),.=<>[]+*");
            // A name before a parenthesis is that of a function; but before the query it is that of the view.
            isHarmless &= !isName || at < query || !is(at + 1, "(");
        }
        return isHarmless;
    }

    private boolean is(int at, String token) {
        return at < tokens.size() && tokens.get(at).equals(token);
    }

    private static boolean isOurName(String token) {
        return NAMES.contains(isQuotedName(token) ? token.substring(1, token.length() - 1) : token);
    }

    private static boolean isQuotedName(String token) {
        return isQuoted(token, '"') && token.chars().skip(1).limit(token.length() - 2L).allMatch(Definition::isOfName);
    }

    private static boolean isHexadecimal(String token) {
        return (token.equals("''") || isQuoted(token, '\''))
                && token.chars().skip(1).limit(token.length() - 2L).allMatch(digit -> Character.digit(digit, 16) >= 0);
    }

    private static boolean isQuoted(String token, char mark) {
        return token.length() > 2 && token.charAt(0) == mark && token.charAt(token.length() - 1) == mark;
    }

    private static boolean isWord(String token) {
        return isOfName(token.charAt(0));
    }

    private static boolean isNumber(String token) {
        return token.chars().allMatch(Definition::isDigit);
    }

    private static boolean isOneOf(String token, String signs) {
        return token.length() == 1 && signs.contains(token);
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
