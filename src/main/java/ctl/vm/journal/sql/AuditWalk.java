package ctl.vm.journal.sql;

import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A walk along one index of an audit table, in the order of time: of one journal's table as of a team's.
 *
 * @param column the first of the index, "time" where all rows are walked along
 * @param value what that column holds in each row of the walk; empty for all rows
 */
public record AuditWalk(String column, Optional<Object> value) {

    /**
     * Walks that together meet every answer, along what narrows most. A VM is only looked for under the name that is
     * asked for: where it is known under others is for the caller to find out.
     */
    public static List<AuditWalk> of(AuditFilter selection) {
        if (!selection.operations().isEmpty()) {
            return along("operation", selection.operations().stream().map(Object::toString));
        }
        if (selection.vm().isPresent()) {
            return along("vm", selection.vm().stream().map(Object::toString));
        }
        if (selection.by().isPresent()) {
            String user = selection.by().get();
            return List.of(along("by_user", user), along("sudo_user", user));
        }
        if (selection.failed()) {
            return along("outcome", AuditConditions.IN_VAIN.stream().map(AuditEntry.Outcome::text));
        }
        if (!selection.actions().isEmpty()) {
            return along("action", selection.actions().stream().map(AuditEntry.Action::text));
        }
        return List.of(new AuditWalk("time", Optional.empty()));
    }

    static AuditWalk along(String column, Object value) {
        return new AuditWalk(column, Optional.of(value));
    }

    private static List<AuditWalk> along(String column, Stream<String> values) {
        return values.map(value -> along(column, value)).toList();
    }
}
