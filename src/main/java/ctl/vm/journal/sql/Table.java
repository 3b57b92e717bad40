package ctl.vm.journal.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table, described once: its columns, the row that a value makes, and the value that a row makes. Writing a row,
 * loading many and checking all of them are made from this description.
 *
 * @param <V> what a row holds
 */
public abstract class Table<V> {

    private static final int REPLACEMENT_CHARACTER = 0xFFFD;

    private final Connection connection;
    private final String name;
    private final List<String> columns;
    private final int keys;
    private String source;

    /** @param keys how many columns make up the primary key: they stand first */
    Table(Connection connection, String name, int keys, String... columns) {
        this.connection = connection;
        this.name = name;
        this.keys = keys;
        this.columns = List.of(columns);
        this.source = name;
    }

    /** Reads other rows than those of the table of this name: what may stand behind {@code FROM}. */
    final void readFrom(String otherRows) {
        source = otherRows;
    }

    /** What stands in each column, in their order; {@link Optional} where a column may be null. */
    abstract List<Object> columnsOf(V value);

    /** The value of a row: the current one of a query for all columns. */
    abstract V value(ResultSet row) throws SQLException;

    final String name() {
        return name;
    }

    final List<String> columns() {
        return columns;
    }

    public final void insert(V value) throws SQLException {
        update("INSERT" + into(), row(value).toArray());
    }

    /** Inserts a row, and takes the place of the one with its key. */
    public final void replace(V value) throws SQLException {
        List<Object> row = row(value);
        delete(row.subList(0, keys).toArray());
        update("INSERT" + into(), row.toArray());
    }

    /** Writes all columns of the row with this key. */
    final void update(V value) throws SQLException {
        List<Object> row = row(value);
        Collections.rotate(row, -keys);
        update("UPDATE " + name + " SET " + String.join(" = ?, ", columns.subList(keys, columns.size()))
                + " = ? WHERE " + keyIs(), row.toArray());
    }

    final void delete(Object... key) throws SQLException {
        update("DELETE FROM " + name + " WHERE " + keyIs(), key);
    }

    /** For many calls of {@link #insert} at once. */
    public final Batch<V> insertBatch() throws SQLException {
        return new Batch<>(this, connection.prepareStatement("INSERT" + into()), Optional.empty());
    }

    /** For many calls of {@link #replace} at once. */
    public final Batch<V> replaceBatch() throws SQLException {
        PreparedStatement insert = connection.prepareStatement("INSERT" + into());
        return new Batch<>(this, insert,
                Optional.of(connection.prepareStatement("DELETE FROM " + name + " WHERE " + keyIs())));
    }

    /** Rows that are sent to the database together. Of those with the same key, the last counts. */
    public static final class Batch<V> implements AutoCloseable {

        private final Table<V> table;
        private final PreparedStatement insert;
        private final Optional<PreparedStatement> delete;
        private final Map<List<Object>, List<Object>> rows = new LinkedHashMap<>();

        private Batch(Table<V> table, PreparedStatement insert, Optional<PreparedStatement> delete) {
            this.table = table;
            this.insert = insert;
            this.delete = delete;
        }

        public void add(V value) {
            List<Object> row = table.row(value);
            if (rows.put(row.subList(0, table.keys), row) != null && delete.isEmpty()) {
                throw new IllegalArgumentException("twice in %s: %s".formatted(table.name, table.key(row)));
            }
        }

        public void send() throws SQLException {
            if (delete.isPresent()) {
                send(delete.get(), rows.keySet());
            }
            send(insert, rows.values());
            rows.clear();
        }

        private static void send(PreparedStatement statement, Collection<List<Object>> values) throws SQLException {
            for (List<Object> value : values) {
                set(statement, value.toArray());
                statement.addBatch();
            }
            statement.executeBatch();
        }

        @Override
        public void close() throws SQLException {
            try (insert) {
                if (delete.isPresent()) {
                    delete.get().close();
                }
            }
        }
    }

    /** The values of the rows that a query finds. @param rest what follows {@code SELECT columns FROM table} */
    final List<V> select(String rest, Object... parameters) throws SQLException {
        return query(selectAll(rest), this::value, parameters);
    }

    /** The rows that a query finds, column by column, right or wrong. @param rest as for {@link #select} */
    final List<List<Object>> rows(String rest, Object... parameters) throws SQLException {
        return query(selectAll(rest), this::row, parameters);
    }

    /** The row of a value as {@link #rows} would find it. */
    final List<Object> row(V value) {
        List<Object> row = new ArrayList<>(columns.size());
        for (Object column : columnsOf(value)) {
            row.add(storable(column instanceof Optional<?> optional ? optional.orElse(null) : column));
        }
        return row;
    }

    /** The key of a row, as text. */
    final String key(List<Object> row) {
        return String.join("/", row.subList(0, keys).stream().map(String::valueOf).toList());
    }

    private List<Object> row(ResultSet found) throws SQLException {
        List<Object> row = new ArrayList<>(columns.size());
        for (int column = 1; column <= columns.size(); column++) {
            Object content = found.getObject(column);
            boolean isTime = content instanceof OffsetDateTime || content instanceof Timestamp;
            row.add(isTime ? time(found, column) : storable(content));
        }
        return row;
    }

    /**
     * What every engine can hold: NUL, and half of a surrogate pair, for which UTF-8 has no bytes, become U+FFFD. Only
     * the reason of a failure can contain one of them; its event keeps it to the letter, in the escapes of JSON.
     */
    private static Object storable(Object content) {
        return content instanceof String text && !isStorable(text)
                ? text.codePoints()
                        .map(character -> isStorable(character) ? character : REPLACEMENT_CHARACTER)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString()
                : content;
    }

    /** Without a stream, which is slow in a JVM that has just started. */
    private static boolean isStorable(String text) {
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            if (!isStorable(text.codePointAt(at))) {
                return false;
            }
        }
        return true;
    }

    /** A pair of surrogates is one character; what is left of them is half of one. */
    private static boolean isStorable(int character) {
        return character != 0 && Character.getType(character) != Character.SURROGATE;
    }

    public final long count() throws SQLException {
        return numbers("SELECT COUNT(*) FROM " + source).getFirst();
    }

    /** The numbers in the first column of what is found, in the order in which the database gives them. */
    final List<Long> numbers(String sql, Object... parameters) throws SQLException {
        return query(sql, found -> found.getLong(1), parameters);
    }

    /** Reads the current row of what was found. */
    interface Reader<T> {
        T read(ResultSet found) throws SQLException;
    }

    final <T> List<T> query(String sql, Reader<T> reader, Object... parameters) throws SQLException {
        return query(connection, sql, reader, parameters);
    }

    static <T> List<T> query(Connection connection, String sql, Reader<T> reader, Object... parameters)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            set(select, parameters);
            List<T> all = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    all.add(reader.read(found));
                }
            }
            return all;
        }
    }

    private void update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            set(update, parameters);
            update.executeUpdate();
        }
    }

    /** Binds a value to each question mark: numbers, texts, arrays of them, instants, and null. */
    public static void set(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int index = 0; index < parameters.length; index++) {
            Object parameter = parameters[index];
            statement.setObject(index + 1,
                    parameter instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : parameter);
        }
    }

    private String into() {
        return " INTO " + name + " (" + String.join(", ", columns) + ") VALUES (?" + ", ?".repeat(columns.size() - 1)
                + ")";
    }

    private String selectAll(String rest) {
        return "SELECT " + String.join(", ", columns) + " FROM " + source + " " + rest;
    }

    private String keyIs() {
        return String.join(" = ? AND ", columns.subList(0, keys)) + " = ?";
    }

    static Instant time(ResultSet found, int column) throws SQLException {
        return found.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Optional<Instant> optionalTime(ResultSet found, int column) throws SQLException {
        return Optional.ofNullable(found.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    static Optional<String> optionalText(ResultSet found, int column) throws SQLException {
        return Optional.ofNullable(found.getString(column));
    }

    static Optional<Long> optionalNumber(ResultSet found, int column) throws SQLException {
        return Optional.ofNullable(found.getObject(column, Long.class));
    }
}
