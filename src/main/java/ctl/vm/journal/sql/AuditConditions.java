package ctl.vm.journal.sql;

import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * What is required of rows of an audit table, in SQL with question marks, and the values for those: of one journal's
 * table as of a team's, which has the same columns.
 */
public final class AuditConditions {

    static final List<AuditEntry.Outcome> IN_VAIN = List.of(AuditEntry.Outcome.FAILED, AuditEntry.Outcome.INTERRUPTED);

    private final List<String> texts = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    AuditConditions() {}

    /**
     * What the selection asks of the rows that its walks meet. A condition that every row of a walk fulfils is left out:
     * a planner takes it for a second one, expects few rows, and reads all that there are of a user instead of the first.
     * Which operations and which VM are asked for is left to the caller.
     */
    public static AuditConditions of(AuditFilter selection) {
        var conditions = new AuditConditions();
        String walked = AuditWalk.of(selection).getFirst().column();
        selection.since().ifPresent(since -> conditions.require("time >= ?", since));
        selection.until().ifPresent(until -> conditions.require("time < ?", until));
        selection.snapshot().ifPresent(
                name -> conditions.require("POSITION(? IN snapshots) > 0", AuditRow.text(name)));
        if (!walked.equals("by_user")) {
            selection.by().ifPresent(user -> conditions.require("(by_user = ? OR sudo_user = ?)", user, user));
        }
        if (selection.failed() && !walked.equals("outcome")) {
            conditions.require("outcome IN (?, ?)", IN_VAIN.stream().map(AuditEntry.Outcome::text).toArray());
        }
        if (!selection.actions().isEmpty() && !walked.equals("action")) {
            conditions.require(
                    "action = ANY(?)",
                    (Object) selection.actions().stream().map(AuditEntry.Action::text).toArray(String[]::new));
        }
        return conditions;
    }

    /** Adds a condition. @param given a value for each of its question marks, as {@link #values} hands them out */
    public void require(String condition, Object... given) {
        texts.add(condition);
        values.addAll(List.of(given));
    }

    void require(AuditConditions others) {
        texts.addAll(others.texts);
        values.addAll(others.values);
    }

    /** What stands behind WHERE. */
    public String text() {
        return texts.isEmpty() ? "TRUE" : String.join(" AND ", texts);
    }

    /**
     * In the order of the question marks: numbers, texts, arrays of texts, and instants. A driver takes those as they
     * are, but for instants: {@link Table#set}.
     */
    public List<Object> values() {
        return List.copyOf(values);
    }
}
