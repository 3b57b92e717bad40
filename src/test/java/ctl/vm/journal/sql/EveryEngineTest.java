package ctl.vm.journal.sql;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.PostgresServer;
import ctl.Servers;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.journal.RandomEvents;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.json.Samples;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * H2, and each PostgreSQL that can be started here: what the migrations make of an empty database, what events leave in
 * its tables, and what is answered from them. The databases of PostgreSQL sort like people, not like programs, so that
 * nothing here rests on the collation of a database.
 */
final class EveryEngineTest {

    private static final int EVENTS = 300;

    /** The same type by its two names. */
    private static final Map<String, String> TYPES = Map.of("character varying", "varchar", "character", "bpchar",
            "bigint", "int8", "integer", "int4", "timestamp with time zone", "timestamptz");

    private static final List<VmName> NAMES = List.of(new VmName("A"), new VmName("a"), new VmName("Ö C"),
            new VmName("\uD83D\uDE00 it's \"%_\\"), new VmName("n".repeat(253) + "ö"));
    private static final List<SnapshotName> SNAPSHOTS = List.of(new SnapshotName("ready"), new SnapshotName("Ready"),
            new SnapshotName("ö.1_%"), new SnapshotName("s".repeat(246)));

    /** A database with our tables. */
    private record Engine(String name, Connection connection, IndexHint hint) {}

    private final List<Engine> engines = new ArrayList<>();
    private final List<Fold.Change> changes = new ArrayList<>();

    @BeforeEach
    void migrateAnEmptyDatabaseOfEach() throws SQLException {
        String h2 = "jdbc:h2:mem:every-engine;DB_CLOSE_DELAY=-1";
        migrate(h2, "", "h2");
        engines.add(new Engine("H2", DriverManager.getConnection(h2, "", ""), IndexHint.USE_INDEX));
        for (int version : Servers.versions()) {
            PostgresServer server = Servers.shared(version);
            String url = server.newEnglishDatabase();
            migrate("jdbc:postgresql://127.0.0.1:%d/%s".formatted(server.port(), PostgresServer.databaseOf(url)),
                    "owner", "postgresql");
            engines.add(new Engine("PostgreSQL " + version, server.connect(url), IndexHint.NONE));
        }
        for (Engine engine : engines) {
            engine.connection().setAutoCommit(false);
        }
    }

    private static void migrate(String url, String user, String engine) {
        Flyway.configure().dataSource(url, user, "").locations(SchemaVersion.locations(engine)).loggers().load()
                .migrate();
    }

    @AfterEach
    void closeAll() throws SQLException {
        for (Engine engine : engines) {
            engine.connection().rollback();
            if (engine.hint() == IndexHint.USE_INDEX) {
                engine.connection().createStatement().execute("SHUTDOWN");
            }
            engine.connection().close();
        }
    }

    @Test
    void migrations_makeTheSameTablesViewsKeysAndIndexesOnEach() throws SQLException {
        Map<String, List<String>> expected = definitions(engines.getFirst(), Set.of());
        assertThat(expected.keySet()).contains("event", "vm", "image", "operation", "audit_entry", "vm_name",
                "audit_log", "vm_listing", "operation_log");
        assertThat(expected.get("image")).contains("4 modified_ns numeric(30,0) not null", "primary key vm, file",
                "foreign key vm of vm (name), deletion 0");
        assertThat(expected.get("audit_entry")).contains("index audit_entry_vm on vm, time, sequence");
        for (Engine engine : engines) {
            Map<String, List<String>> found = definitions(engine, expected.keySet());
            expected.forEach((table, definition) -> assertThat(found.get(table)).as("%s of %s", table, engine.name())
                    .isEqualTo(definition));
            assertThat(SchemaVersion.version(engine.connection())).isGreaterThanOrEqualTo(
                    SchemaVersion.KNOWN_VERSION);
        }
    }

    /** Names otherwise compare as the system of the server has it, and differently after its next update. */
    @Test
    void texts_ofAServer_compareByteByByte() {
        for (Engine engine : engines.subList(1, engines.size())) {
            assertThat(rows(engine, """
                    SELECT table_name || '.' || column_name FROM information_schema.columns
                    WHERE table_schema = 'public' AND table_name <> 'flyway_schema_history'
                        AND data_type IN ('character varying', 'character', 'text')
                        AND collation_name IS DISTINCT FROM 'C'""")).as(engine.name()).isEmpty();
        }
    }

    /** @param wanted tables; empty for all */
    private static Map<String, List<String>> definitions(Engine engine, Set<String> wanted) throws SQLException {
        DatabaseMetaData data = engine.connection().getMetaData();
        boolean isUpper = data.storesUpperCaseIdentifiers();
        String schema = isUpper ? "PUBLIC" : "public";
        Map<String, List<String>> definitions = new TreeMap<>();
        try (ResultSet tables = data.getTables(null, schema, "%", new String[] {"TABLE", "BASE TABLE", "VIEW"})) {
            while (tables.next()) {
                String name = tables.getString("TABLE_NAME");
                String table = name.toLowerCase(Locale.ROOT);
                if (!table.equals("flyway_schema_history") && (wanted.isEmpty() || wanted.contains(table))) {
                    definitions.put(table, definition(data, schema, name, tables.getString("TABLE_TYPE")));
                }
            }
        }
        return definitions;
    }

    private static List<String> definition(DatabaseMetaData data, String schema, String table, String kind)
            throws SQLException {
        boolean isView = kind.equals("VIEW");
        List<String> definition = new ArrayList<>();
        definition.add(isView ? "view" : "table");
        try (ResultSet columns = data.getColumns(null, schema, table, "%")) {
            while (columns.next()) {
                definition.add("%s %s %s%s".formatted(columns.getString("ORDINAL_POSITION"),
                        lower(columns, "COLUMN_NAME"), type(columns),
                        isView || columns.getString("IS_NULLABLE").equals("YES") ? "" : " not null"));
            }
        }
        Map<String, List<String>> parts = new TreeMap<>();
        try (ResultSet keys = data.getPrimaryKeys(null, schema, table)) {
            Map<Integer, String> columns = new TreeMap<>();
            while (keys.next()) {
                columns.put(keys.getInt("KEY_SEQ"), lower(keys, "COLUMN_NAME"));
            }
            if (!columns.isEmpty()) {
                parts.put("primary key", List.copyOf(columns.values()));
            }
        }
        try (ResultSet keys = data.getImportedKeys(null, schema, table)) {
            while (keys.next()) {
                parts.put("foreign key", List.of("%s of %s (%s), deletion %d".formatted(lower(keys, "FKCOLUMN_NAME"),
                        lower(keys, "PKTABLE_NAME"), lower(keys, "PKCOLUMN_NAME"), keys.getInt("DELETE_RULE"))));
            }
        }
        try (ResultSet indexes = isView ? null : data.getIndexInfo(null, schema, table, false, true)) {
            while (indexes != null && indexes.next()) {
                // Those of the keys are called and made as each engine likes.
                if (indexes.getBoolean("NON_UNIQUE") && !lower(indexes, "INDEX_NAME").startsWith("constraint_")) {
                    parts.computeIfAbsent("index %s on".formatted(lower(indexes, "INDEX_NAME")),
                            _ -> new ArrayList<>()).add(lower(indexes, "COLUMN_NAME"));
                }
            }
        }
        parts.forEach((part, columns) -> definition.add(part + " " + String.join(", ", columns)));
        return definition;
    }

    private static String type(ResultSet column) throws SQLException {
        String name = lower(column, "TYPE_NAME").replaceFirst("\\(.*?\\)", "");
        String type = TYPES.getOrDefault(name, name);
        return switch (type) {
            case "bpchar" -> "%s(%d)".formatted(type, column.getInt("COLUMN_SIZE"));
            case "numeric" -> "%s(%d,%d)".formatted(type, column.getInt("COLUMN_SIZE"),
                    column.getInt("DECIMAL_DIGITS"));
            // Nine digits are six on a server. A view of ours says so in its migration.
            case "timestamptz" -> "%s(%d)".formatted(type, Math.min(6, column.getInt("DECIMAL_DIGITS")));
            default -> type;
        };
    }

    private static String lower(ResultSet found, String column) throws SQLException {
        return found.getString(column).toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32})
    void sameEvents_leaveTheSameRowsAndGetTheSameAnswersOnEach(long seed) throws SQLException {
        var random = new RandomEvents(seed, NAMES, SNAPSHOTS);
        Fold fold = append(random);
        Instant last = changes.getLast().event().time();
        List<AuditFilter> questions = new ArrayList<>(List.of(AuditFilter.ALL));
        while (questions.size() < 150) {
            questions.add(random.selection(last));
        }

        Map<String, Object> expected = null;
        for (Engine engine : engines) {
            assertThat(new Projections(engine.connection(), engine.hint()).all()).as(engine.name())
                    .isEqualTo(fold.inventory());
            assertThat(differences(engine, fold)).as(engine.name()).isEmpty();
            requireTimesInTheView(engine);
            Map<String, Object> found = new LinkedHashMap<>(content(engine));
            found.putAll(answers(engine, questions));
            expected = expected == null ? found : expected;
            expected.forEach((question, answer) -> assertThat(found.get(question))
                    .as("%s: %s, seed %d", engine.name(), question, seed).isEqualTo(answer));
            assertThat(found).hasSameSizeAs(expected);
        }
        assertThat(expected.get(AuditFilter.ALL.toString()).toString()).hasSizeGreaterThan(5_000);
        assertThat(expected.get("image").toString()).contains("-11670998400000000000", ", -1, ", "9223372036854775807",
                "16299260424987654321");
    }

    /** As docs/audit.md asks them: each is answered, and in the same way. */
    @Test
    void tenQuestionsOfThePage_areStatementsOfEachEngine() throws Exception {
        append(new RandomEvents(33, NAMES, SNAPSHOTS));
        List<String> questions = Pattern.compile("`(SELECT [^`]*)` \\|$", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("docs/audit.md"))).results().map(found -> found.group(1)).toList();
        assertThat(questions).hasSize(10);
        Map<String, List<String>> expected = new TreeMap<>();
        for (Engine engine : engines) {
            for (String question : questions) {
                List<String> found = rows(engine, "SELECT COUNT(*) FROM (%s) AS answers".formatted(question));
                assertThat(found).as("%s: %s", engine.name(), question)
                        .isEqualTo(expected.computeIfAbsent(question, _ -> found));
            }
        }
        assertThat(expected.values()).as("questions with answers").filteredOn(found -> !found.equals(List.of("0")))
                .hasSizeGreaterThan(3);
    }

    /** The events that the fold takes, on all engines. */
    private Fold append(RandomEvents random) throws SQLException {
        var fold = new Fold();
        Head head = Head.BEGINNING;
        Instant time = Samples.NOON;
        List<Event> next = new ArrayList<>(List.of(new Event.VmFound(new VmName("Times"), imagesOfAllTimes())));
        while (changes.size() < EVENTS) {
            // At times of microseconds, some of them equal.
            time = time.plusNanos(changes.size() % 3 * 500_000_001_000L);
            Actor actor = random.actor();
            OperationId operation = random.operation();
            Event event = next.isEmpty() ? random.event() : next.removeFirst();
            EventRow row = EventRow.after(head, operation, time, actor, event,
                    EventSubject.of(event, fold.operation(operation)));
            try {
                changes.add(fold.next(row.recorded(operation, actor, event)));
            } catch (ImpossibleEvent impossible) {
                continue;
            }
            head = new Head(row.sequence(), row.hash());
            for (Engine engine : engines) {
                new EventTable(engine.connection()).insert(row);
                new Projections(engine.connection(), engine.hint()).write(changes.getLast());
            }
        }
        return fold;
    }

    private static List<ImageFacts> imagesOfAllTimes() {
        List<ImageFacts> images = new ArrayList<>();
        for (Instant time : RandomEvents.FILE_TIMES) {
            images.add(new ImageFacts(images.isEmpty()
                    ? ImageName.DISK
                    : ImageName.of(new SnapshotName("s" + images.size())), new ByteCount(1), time));
        }
        return images;
    }

    private List<String> differences(Engine engine, Fold fold) throws SQLException {
        var check = new TableCheck(engine.connection(), engine.hint());
        for (Fold.Change change : changes) {
            check.next(change);
        }
        return check.differences(fold.inventory());
    }

    /** All rows of all tables and views, in no order. */
    private static Map<String, Object> content(Engine engine) throws SQLException {
        Map<String, Object> content = new TreeMap<>();
        for (Table<?> table : List.of(new EventTable(engine.connection()), new VmTable(engine.connection()),
                new VmTable.ImageTable(engine.connection()), new OperationTable(engine.connection()),
                new AuditTable(engine.connection(), engine.hint()), new PreviousName.InTable(engine.connection()))) {
            content.put(table.name(), table.rows("").stream().map(Object::toString)
                    .collect(toCollection(TreeSet::new)));
        }
        content.put("audit_log", new TreeSet<>(rows(engine, """
                SELECT sequence || ' ' || last_sequence || ' ' || action || ' ' || COALESCE(vm, '') || ' '
                    || COALESCE(change, '') || ' ' || actor FROM audit_log""")));
        content.put("vm_listing", new TreeSet<>(rows(engine, """
                SELECT vm || ' ' || vm_id || ' ' || COALESCE(arrived_by, '-') || ' ' || COALESCE(file, '-')
                FROM vm_listing""")));
        content.put("operation_log", new TreeSet<>(rows(engine,
                "SELECT operation || ' ' || state || ' ' || request FROM operation_log")));
        return content;
    }

    /** To the nanosecond; on a server to the microsecond, or two of them for times that are centuries away. */
    private static void requireTimesInTheView(Engine engine) throws SQLException {
        long allowed = engine.hint() == IndexHint.USE_INDEX ? 0 : 2_000;
        try (var statement = engine.connection().createStatement();
                ResultSet found = statement.executeQuery("""
                        SELECT l.modified, i.modified_ns FROM vm_listing l
                        JOIN image i ON i.vm = l.vm AND i.file = l.file""")) {
            while (found.next()) {
                BigDecimal[] parts = found.getBigDecimal(2).divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
                Instant stored = Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
                assertThat(Duration.between(stored, Table.time(found, 1)).abs()).as("%s: %s", engine.name(), stored)
                        .isLessThanOrEqualTo(Duration.ofNanos(allowed));
            }
        }
    }

    private Map<String, Object> answers(Engine engine, List<AuditFilter> questions) throws SQLException {
        Map<String, Object> answers = new LinkedHashMap<>();
        for (AuditFilter question : questions) {
            answers.put(question.toString(), positions(engine, question));
        }
        var entries = new AuditTable(engine.connection(), engine.hint());
        for (VmName name : NAMES) {
            answers.put("last gone " + name, entries.lastGone(name));
        }
        for (long vm : LongStream.rangeClosed(-1, EVENTS).toArray()) {
            answers.put("vm " + vm, List.of(entries.copiesOf(vm), entries.sourceOf(vm).isPresent(),
                    entries.lastNameOf(vm), entries.exportsOf(vm), entries.eventsWithContentOf(vm),
                    entries.clonedFrom(vm)));
        }
        for (Fold.Change change : changes) {
            Recorded event = change.event();
            if (!(event.event() instanceof Event.OperationStarted) && event.event().getClass().getSimpleName()
                    .matches("(Vm(Found|Vanished|Moved)|Snapshot(Found)|Image(Changed|Vanished))")) {
                answers.put("known before " + event.sequence(), entries.lastKnownBefore(event));
            }
        }
        var events = new EventTable(engine.connection());
        answers.put("last", events.last());
        answers.put("page", events.page(EVENTS / 2));
        answers.put("from the beginning", events.page(Long.MIN_VALUE));
        answers.put("find", events.find(List.of(1L, 7L, (long) EVENTS, EVENTS + 1L)));
        answers.put("count", events.count());
        answers.put("known", events.known(Set.of(Samples.operation(1), Samples.operation(77))));
        answers.put("changed", Stream.of(new ChangedRows(engine.connection(), engine.hint()).rows(new Journal.Changed(
                2, EVENTS - 50, Set.of(Samples.operation(0), Samples.operation(2)), Set.copyOf(NAMES))).toString()
                .split("(?<=\\{)|(?=\\})")).sorted().toList());
        return answers;
    }

    /** In pages of a few. */
    private static List<AuditQuery.Position> positions(Engine engine, AuditFilter question) throws SQLException {
        var query = new AuditQuery(engine.connection(), engine.hint(), question);
        List<AuditQuery.Position> all = new ArrayList<>();
        List<AuditQuery.Position> page = query.page(Optional.empty(), 7);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = query.page(Optional.of(page.getLast()), 7);
        }
        assertThat(all).doesNotHaveDuplicates();
        return all;
    }

    /** A once in a million: the number of an operation that has ended is given again. */
    @Test
    void rowWithAKeyThatIsThere_takesItsPlaceOnEach() throws SQLException {
        for (Engine engine : engines) {
            var names = new PreviousName.InTable(engine.connection());
            var images = new VmTable.ImageTable(engine.connection());
            new VmTable(engine.connection()).insert(Samples.FORMER);
            var first = new VmTable.Image(Samples.FORMER.name(), Samples.DISK);
            var second = new VmTable.Image(Samples.FORMER.name(), Samples.image(Samples.DISK.name(), 1,
                    "1969-12-31T23:59:59.999999999Z"));
            for (int time = 0; time < 2; time++) {
                names.replace(new PreviousName(7, NAMES.get(2)));
                images.replace(first);
            }
            assertThat(images.select("")).as(engine.name()).containsExactly(first);
            try (Table.Batch<VmTable.Image> batch = images.replaceBatch()) {
                batch.add(first);
                batch.add(second);
                batch.send();
            }

            assertThat(images.select("")).as(engine.name()).containsExactly(second);
            assertThat(names.select("")).as(engine.name()).containsExactly(new PreviousName(7, NAMES.get(2)));
        }
    }

    private static List<String> rows(Engine engine, String sql) {
        try (var statement = engine.connection().createStatement(); ResultSet found = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(found.getString(1));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("%s: %s".formatted(engine.name(), sql), e);
        }
    }
}
