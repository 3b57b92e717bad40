package ctl.vm.team;

import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.journal.sql.AuditConditions;
import ctl.vm.journal.sql.AuditWalk;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A question to the audit entries of a team's roots, as statements that answer it page by page in the order of time,
 * root and number, each with the lines of the events.
 *
 * <p>A page is merged from walks along indexes which end in that order, and none reads more than the page holds as long
 * as the other filters let most of it through: so a page costs the same among any number of entries.
 */
final class TeamAuditQuery {

    static final int MOST_OF_A_VM = 50;

    private static final String ENTRIES = "SELECT time, root, sequence, latest, vm_id FROM ctl_team.audit_entry";

    private final AuditFilter selection;
    private final AuditConditions filters;

    /** @param root the number of the only root to ask; all where it is empty */
    TeamAuditQuery(AuditFilter selection, Optional<Integer> root) {
        this.selection = selection;
        this.filters = AuditConditions.of(selection);
        root.ifPresent(number -> filters.require("root = ?", number));
        if (!selection.operations().isEmpty()) {
            selection.vm().ifPresent(vm -> requireName(vm.text()));
        }
    }

    /** Where an entry stands in the order of the answers. */
    record Position(Instant time, int root, long sequence) {}

    /**
     * An entry as it was found.
     *
     * @param latest number of its last event
     * @param vm the VM that it was about, by the event that brought it in
     * @param beginning the line of its first event; empty where that is missing
     * @param end the line of its last event; empty where that is missing, or the first as well
     */
    record Found(Position position, long latest, Optional<Long> vm, Optional<String> beginning, Optional<String> end) {

        static Found of(ResultSet row) throws SQLException {
            return new Found(
                    new Position(TeamDatabase.time(row, 1), row.getInt(2), row.getLong(3)),
                    row.getLong(4),
                    Optional.ofNullable(row.getObject(5, Long.class)),
                    Optional.ofNullable(row.getString(6)),
                    Optional.ofNullable(row.getString(7)));
        }
    }

    /** A statement, and the values for its question marks. */
    record Page(String sql, Object... values) {}

    /** The entries of operations that have not ended, the oldest first. */
    static Page open(Optional<Integer> root) {
        return withLines(
                ENTRIES + " WHERE outcome IN ('open', 'interrupted')" + root.map(_ -> " AND root = ?").orElse(""),
                "", List.copyOf(root.stream().toList()));
    }

    /** The entries that have put something into the trash which is still there, the oldest first. */
    static Page trash(Optional<Integer> root) {
        return withLines("""
                SELECT entry.* FROM ctl_team.trash JOIN ctl_team.audit_entry AS entry
                    ON (entry.root, entry.operation, entry.latest) = (trash.root, trash.deletion, trash.sequence)
                WHERE entry.action <> 'by-hand'""" + root.map(_ -> " AND trash.root = ?").orElse(""),
                "", List.copyOf(root.stream().toList()));
    }

    /** What was done to one VM, up to an event of its root: the newest, in the order of time. */
    static Page ofVm(int root, long vm, long until) {
        return withLines(
                ENTRIES + " WHERE root = ? AND vm_id = ? AND sequence <= ? ORDER BY sequence DESC LIMIT "
                        + MOST_OF_A_VM,
                "", List.of(root, vm, until));
    }

    /** The next answers behind one of them, or the first. */
    Page page(Optional<Position> behind, int rows) {
        String page = " ORDER BY " + order() + " LIMIT " + rows;
        List<Object> values = new ArrayList<>();
        Stream<String> walks = Stream.concat(
                AuditWalk.of(selection).stream().map(walk -> walk(walk, behind, page, values)),
                underOtherNames().stream().map(column -> ofNames(column, behind, page, values)));
        return withLines("SELECT * FROM (" + walks.collect(Collectors.joining(" UNION ")) + ") AS walks" + page,
                direction(), values);
    }

    private String walk(AuditWalk walk, Optional<Position> behind, String page, List<Object> values) {
        walk.value().ifPresent(values::add);
        return "(" + ENTRIES + " WHERE " + walk.value().map(_ -> walk.column() + " = ? AND ").orElse("")
                + conditions(behind, values) + page + ")";
    }

    /** The columns that name VMs whatever they are called, where one is asked for by a name. */
    private List<String> underOtherNames() {
        return selection.vm().isPresent() && selection.operations().isEmpty()
                ? List.of("vm_id", "replaced_id")
                : List.of();
    }

    /** What happened under other names to VMs that have had the name that is asked for. */
    private String ofNames(String column, Optional<Position> behind, String page, List<Object> values) {
        String conditions = conditions(behind, values);
        values.add(selection.vm().orElseThrow().text());
        return "SELECT entry.* FROM ctl_team.vm_name AS named CROSS JOIN LATERAL (" + ENTRIES
                + " WHERE root = named.root AND " + column + " = named.vm_id AND " + conditions + page
                + ") AS entry WHERE named.name = ?";
    }

    private String conditions(Optional<Position> behind, List<Object> values) {
        values.addAll(filters.values());
        behind.ifPresent(position -> values.addAll(
                List.of(position.time(), position.root(), position.sequence())));
        return filters.text() + behind.map(_ -> " AND (time, root, sequence) %s (?, ?, ?)".formatted(
                selection.newestFirst() ? "<" : ">")).orElse("");
    }

    private void requireName(String name) {
        String ids = "(SELECT root, vm_id FROM ctl_team.vm_name WHERE name = ?)";
        filters.require("(vm = ? OR (root, vm_id) IN %s OR (root, replaced_id) IN %s)".formatted(ids, ids),
                name, name, name);
    }

    private static Page withLines(String entries, String direction, List<Object> values) {
        return new Page("""
                SELECT entry.time, entry.root, entry.sequence, entry.latest, entry.vm_id, beginning.line, ending.line
                FROM (%s) AS entry
                    LEFT JOIN ctl_team.event AS beginning
                        ON (beginning.root, beginning.sequence) = (entry.root, entry.sequence)
                    LEFT JOIN ctl_team.event AS ending
                        ON (ending.root, ending.sequence) = (entry.root, entry.latest) AND entry.latest <> entry.sequence
                ORDER BY entry.time%s, entry.root%s, entry.sequence%s""".formatted(
                entries, direction, direction, direction), values.toArray());
    }

    private String direction() {
        return selection.newestFirst() ? " DESC" : "";
    }

    private String order() {
        return Stream.of("time", "root", "sequence").map(column -> column + direction())
                .collect(Collectors.joining(", "));
    }
}
