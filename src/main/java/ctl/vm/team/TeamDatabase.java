package ctl.vm.team;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.audit.PastInventory;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.json.ImageJson;
import ctl.vm.journal.json.VmJson;
import ctl.vm.journal.sql.VmTable;
import ctl.vm.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A team's database for questions across its roots: it reads and changes nothing.
 *
 * <p>Which rows answer a question comes from tables that each root has written for itself. What is shown of an event
 * comes from its line, whose hash is checked. Each statement is a transaction of its own, so that a reader who stops in
 * the midst of a long answer keeps nothing from being cleaned up on the server.
 */
public final class TeamDatabase implements AutoCloseable {

    /** A root that ships all the time says so once a minute. */
    private static final String SILENCE = "5 minutes";

    private static final int PAGE_ROWS = 500;

    /** The states of SQL in which a right, a schema, a table or a column is missing: it is asked why only then. */
    private static final Set<String> OTHER_TABLES = Set.of("42501", "3F000", "42P01", "42703");

    private final PostgresServer server;
    private Optional<Connection> connection = Optional.empty();

    public TeamDatabase(PostgresServer server) {
        this.server = server;
    }

    /** A VM, and the root that it stands in. */
    public record TeamVm(TeamRoot root, Vm vm) {}

    /** An audit entry, and the root whose journal has it. */
    public record TeamEntry(TeamRoot root, AuditEntry entry) {}

    /** Every root that has joined. */
    public TeamRoots roots() {
        return new TeamRoots(query("""
                SELECT number, name, sequence, hash, seen, local_sequence, seen < now() - INTERVAL '%s'
                FROM ctl_team.root""".formatted(SILENCE),
                row -> new TeamRoot(row.getInt(1), row.getString(2), row.getLong(3), row.getString(4), time(row, 5),
                        row.getLong(6), row.getBoolean(7))));
    }

    /**
     * A VM as a list of thousands shows it.
     *
     * @param size of its disk image, where it has one
     * @param by who brought it in; empty where it was put there by hand
     */
    public record Summary(TeamRoot root, String name, Optional<ByteCount> size, long snapshots, Instant arrived,
            Optional<String> by) {}

    /** In short, the VMs of these roots in the order of {@link #vms}: the server adds up what is not shown. */
    public List<Summary> summaries(Collection<TeamRoot> roots) {
        Map<Integer, List<Summary>> found = new HashMap<>();
        Map<Integer, TeamRoot> byNumber = roots.stream().collect(Collectors.toMap(TeamRoot::number, root -> root));
        // Sorted by the server, which compares two numbers.
        read("""
                SELECT vm.root, vm.name, images.size, coalesce(images.snapshots, 0),
                    (extract(epoch FROM vm.arrived) * 1000000)::BIGINT,
                    CASE WHEN vm.origin NOT IN ('found', 'copied-by-hand') THEN vm.arrived_by END
                FROM ctl_team.vm LEFT JOIN (
                    SELECT root, vm, max(size) FILTER (WHERE file = 'disk.s2e') AS size,
                        count(*) FILTER (WHERE file <> 'disk.s2e') AS snapshots
                    FROM ctl_team.image %s GROUP BY root, vm) AS images ON (images.root, images.vm) = (vm.root, vm.name)
                %s ORDER BY vm.root, vm.since""".formatted(inOne(roots, "root"), inOne(roots, "vm.root")),
                row -> {
                    TeamRoot root = byNumber.get(row.getInt(1));
                    // One that has joined after the others were read is in the next answer.
                    if (root != null) {
                        long size = row.getLong(3);
                        Optional<ByteCount> disk = row.wasNull() ? Optional.empty() : Optional.of(new ByteCount(size));
                        found.computeIfAbsent(root.number(), _ -> new ArrayList<>()).add(new Summary(root,
                                row.getString(2), disk, row.getLong(4), microseconds(row.getLong(5)),
                                Optional.ofNullable(row.getString(6))));
                    }
                }, oneTwice(roots));
        return roots.stream().flatMap(root -> found.getOrDefault(root.number(), List.of()).stream()).toList();
    }

    /**
     * The VMs of these roots, as their journals knew them when they shipped last: root by root in the order of their
     * names, each in the order in which they came in.
     */
    public List<TeamVm> vms(Collection<TeamRoot> roots) {
        Map<Integer, List<Vm>> found = new HashMap<>();
        Map<Integer, Map<String, Map<ImageName, ImageFacts>>> images = new HashMap<>();
        // In one statement, so that no shipment comes between, and without a join, which the server would make row by row.
        read("""
                SELECT root, name, since, origin, source, (extract(epoch FROM arrived) * 1000000)::BIGINT, arrived_by,
                    NULL, NULL, NULL
                FROM ctl_team.vm %s
                UNION ALL SELECT root, vm, NULL, NULL, NULL, NULL, NULL, file, size, modified_ns
                FROM ctl_team.image %s""".formatted(inOne(roots, "root"), inOne(roots, "root")),
                row -> {
                    String file = row.getString(8);
                    if (file == null) {
                        found.computeIfAbsent(row.getInt(1), _ -> new ArrayList<>()).add(vm(row));
                    } else {
                        ImageName name = ImageJson.name(file);
                        // Which file it is means nothing on another host.
                        images.computeIfAbsent(row.getInt(1), _ -> new HashMap<>())
                                .computeIfAbsent(row.getString(2), _ -> new HashMap<>())
                                .put(name,
                                        new ImageFacts(name, new ByteCount(row.getLong(9)),
                                                VmTable.instant(row.getBigDecimal(10)),
                                                Optional.empty()));
                    }
                }, oneTwice(roots));
        return roots.stream()
                .flatMap(root -> found.getOrDefault(root.number(), List.of()).stream()
                        .sorted(Comparator.comparingLong(Vm::since))
                        .map(vm -> new TeamVm(root, vm.with(images.getOrDefault(root.number(), Map.of())
                                .getOrDefault(vm.name().text(), Map.of())))))
                .toList();
    }

    private static String inOne(Collection<TeamRoot> roots, String column) {
        return roots.size() == 1 ? "WHERE " + column + " = ?" : "";
    }

    private static Object[] oneTwice(Collection<TeamRoot> roots) {
        return roots.size() == 1
                ? new Object[] {roots.iterator().next().number(), roots.iterator().next().number()}
                : new Object[0];
    }

    /** Without its images. */
    private static Vm vm(ResultSet row) throws SQLException {
        return new Vm(new VmName(row.getString(2)), row.getLong(3),
                VmJson.origin(row.getString(4), Optional.ofNullable(row.getString(5))), microseconds(row.getLong(6)),
                row.getString(7), Map.of());
    }

    private static Instant microseconds(long since1970) {
        return Instant.EPOCH.plus(since1970, ChronoUnit.MICROS);
    }

    /**
     * Hands over the selected entries of one root or of all, in the order of time, root and number, until the reader
     * says that it has enough.
     */
    public void entries(TeamRoots roots, Optional<TeamRoot> in, AuditFilter selection, Predicate<TeamEntry> wantsMore) {
        var asked = new TeamAuditQuery(selection, in.map(TeamRoot::number));
        var known = new KnownRoots(roots);
        long left = selection.limit();
        Optional<TeamAuditQuery.Position> last = Optional.empty();
        boolean goesOn = left > 0;
        while (goesOn) {
            int rows = (int) Math.min(left, PAGE_ROWS);
            TeamAuditQuery.Page page = asked.page(last, rows);
            List<TeamAuditQuery.Found> found = query(page.sql(), TeamAuditQuery.Found::of, page.values());
            goesOn = found.stream().allMatch(one -> wantsMore.test(entry(known, one)));
            left -= found.size();
            last = found.isEmpty() ? last : Optional.of(found.getLast().position());
            goesOn &= found.size() == rows && left > 0;
        }
    }

    /** Operations that have not ended, as far as their roots have said, the oldest first. */
    public List<TeamEntry> openOperations(TeamRoots roots, Optional<TeamRoot> in) {
        return entries(roots, TeamAuditQuery.open(in.map(TeamRoot::number)));
    }

    /** The deletions whose trash has neither come back nor been purged, as far as their roots have said: oldest first. */
    public List<TeamEntry> trash(TeamRoots roots, Optional<TeamRoot> in) {
        return entries(roots, TeamAuditQuery.trash(in.map(TeamRoot::number)));
    }

    /** What was done to one VM, up to an event of its root: newest first, and no more than somebody reads. */
    List<TeamEntry> entriesOf(TeamRoots roots, TeamRoot root, long vm, long until) {
        return entries(roots, TeamAuditQuery.ofVm(root.number(), vm, until)).reversed();
    }

    /** One event of a root by itself; empty where it is not there. */
    Optional<Recorded> event(TeamRoot root, long sequence) {
        return query("SELECT line FROM ctl_team.event WHERE root = ? AND sequence = ?", row -> row.getString(1),
                root.number(), sequence).stream().findFirst().map(line -> event(root, sequence, Optional.of(line)));
    }

    private List<TeamEntry> entries(TeamRoots roots, TeamAuditQuery.Page page) {
        var known = new KnownRoots(roots);
        return query(page.sql(), TeamAuditQuery.Found::of, page.values()).stream()
                .map(found -> entry(known, found)).toList();
    }

    private TeamEntry entry(KnownRoots known, TeamAuditQuery.Found found) {
        TeamRoot root = known.root(found.position().root());
        Recorded beginning = event(root, found.position().sequence(), found.beginning());
        Recorded latest = found.latest() == found.position().sequence()
                ? beginning
                : event(root, found.latest(), found.end());
        return new TeamEntry(root, new AuditEntry(beginning, latest, Optional.empty(), found.vm()));
    }

    /** One event by itself, whose hash must be that of its content. */
    private static Recorded event(TeamRoot root, long sequence, Optional<String> line) {
        return CheckedEvents.alone(root.name(), sequence, line);
    }

    /** Roots by their numbers; one that has joined after the others were read is looked up. */
    private final class KnownRoots {

        private TeamRoots roots;

        KnownRoots(TeamRoots roots) {
            this.roots = roots;
        }

        TeamRoot root(int number) {
            if (roots.numbered(number).isEmpty()) {
                roots = roots();
            }
            return roots.numbered(number).orElseThrow();
        }
    }

    /** Those of these roots of which an event is there that was recorded after this time. */
    public Set<TeamRoot> changedAfter(Instant time, Collection<TeamRoot> roots) {
        Map<Integer, TeamRoot> byNumber = roots.stream().collect(Collectors.toMap(TeamRoot::number, root -> root));
        Set<TeamRoot> changed = new HashSet<>();
        read("""
                SELECT event.root, event.sequence, event.line
                FROM unnest(?::INTEGER[], ?::BIGINT[]) AS last (root, sequence)
                    JOIN ctl_team.event ON (event.root, event.sequence) = (last.root, last.sequence)""",
                row -> {
                    TeamRoot root = byNumber.get(row.getInt(1));
                    if (event(root, row.getLong(2), Optional.of(row.getString(3))).time().isAfter(time)) {
                        changed.add(root);
                    }
                },
                roots.stream().map(TeamRoot::number).toArray(Integer[]::new),
                roots.stream().map(TeamRoot::sequence).toArray(Long[]::new));
        return changed;
    }

    /** What the journal of a root knew at a time and knows now, by folding all of its events. */
    public PastInventory past(TeamRoot root, Instant time) {
        PastInventory past = PastInventory.at(time);
        try {
            events(root, past::next);
            return past;
        } catch (ImpossibleEvent impossible) {
            throw CheckedEvents.damaged(root.name(), impossible.getMessage());
        }
    }

    /** Hands over every event of a root, in order, each checked against the one before it. */
    public void events(TeamRoot root, Consumer<Recorded> reader) {
        var chain = new CheckedEvents(root.name());
        List<String> page = page(root, 0);
        while (!page.isEmpty()) {
            page.forEach(line -> reader.accept(chain.next(new EventLine(line))));
            page = page(root, chain.sequence());
        }
    }

    private List<String> page(TeamRoot root, long behind) {
        return query("""
                SELECT line FROM ctl_team.event WHERE root = ? AND sequence > ? AND sequence <= ?
                ORDER BY sequence LIMIT %d""".formatted(PAGE_ROWS),
                row -> row.getString(1), root.number(), behind, root.sequence());
    }

    /** What came from a VM in its own root: the numbers of copies, and the ends of exports, the newest first. */
    public Descent descent(TeamVm vm) {
        TeamRoot root = vm.root();
        Set<Long> copies = new HashSet<>(query("""
                SELECT DISTINCT vm_id FROM ctl_team.audit_entry
                WHERE root = ? AND source_id = ? AND vm_id IS NOT NULL AND vm_id <> source_id""",
                row -> row.getLong(1), root.number(), vm.vm().since()));
        List<Recorded> exports = new ArrayList<>();
        read("""
                SELECT entry.latest, event.line FROM ctl_team.audit_entry AS entry
                    LEFT JOIN ctl_team.event ON (event.root, event.sequence) = (entry.root, entry.latest)
                WHERE entry.root = ? AND entry.vm_id = ? AND entry.action = 'export' AND entry.outcome = 'done'
                ORDER BY entry.sequence DESC""",
                row -> exports.add(event(root, row.getLong(1), Optional.ofNullable(row.getString(2)))),
                root.number(), vm.vm().since());
        return new Descent(copies, exports);
    }

    /** What came from a VM. @param copies the VMs, by {@link Vm#since} @param exports their last events */
    public record Descent(Set<Long> copies, List<Recorded> exports) {}

    /** Reads the current row. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Does something with the current row. */
    interface RowAction {
        void run(ResultSet row) throws SQLException;
    }

    <T> List<T> query(String sql, Row<T> reader, Object... parameters) {
        List<T> all = new ArrayList<>();
        read(sql, row -> all.add(reader.read(row)), parameters);
        return all;
    }

    static <T> List<T> query(Connection open, String sql, Row<T> reader, Object... parameters) throws SQLException {
        List<T> all = new ArrayList<>();
        read(open, sql, row -> all.add(reader.read(row)), parameters);
        return all;
    }

    private void read(String sql, RowAction reader, Object... parameters) {
        onConnection(open -> read(open, sql, reader, parameters));
    }

    private static void read(Connection open, String sql, RowAction reader, Object... parameters) throws SQLException {
        try (PreparedStatement select = open.prepareStatement(sql)) {
            for (int index = 0; index < parameters.length; index++) {
                Object parameter = parameters[index];
                select.setObject(index + 1, switch (parameter) {
                    case Instant time -> time.atOffset(ZoneOffset.UTC);
                    case Integer[] numbers -> open.createArrayOf("integer", numbers);
                    case Long[] numbers -> open.createArrayOf("bigint", numbers);
                    case String[] texts -> open.createArrayOf("text", texts);
                    default -> parameter;
                });
            }
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    reader.run(found);
                }
            }
        }
    }

    /** Does something with the connection. */
    interface ConnectionAction {
        void run(Connection open) throws SQLException;
    }

    void onConnection(ConnectionAction action) {
        try {
            if (connection.isEmpty()) {
                Connection made = server.connect();
                made.setAutoCommit(true);
                connection = Optional.of(made);
            }
            action.run(connection.get());
        } catch (SQLException failure) {
            if (OTHER_TABLES.contains(Optional.ofNullable(failure.getSQLState()).orElse(""))) {
                throw new TeamSchema(server).explained(failure, connection.orElseThrow(), TeamSchema.READERS);
            }
            throw server.problem(failure);
        }
    }

    static Instant time(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Override
    public void close() {
        connection.ifPresent(open -> {
            try {
                open.close();
            } catch (SQLException ignored) {
                // Nothing was written: the server notices that nobody is there.
            }
        });
        connection = Optional.empty();
    }
}
