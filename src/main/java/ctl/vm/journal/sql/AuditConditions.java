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
     * All that the selection asks of a row by itself. Which operations it asks for, and which VM, is left to the caller:
     * rows of these are looked for along an index, and a VM has several names.
     */
    public static AuditConditions of(AuditFilter selection) {
        var conditions = new AuditConditions();
        selection.since().ifPresent(since -> conditions.require("time >= ?", since));
        selection.until().ifPresent(until -> conditions.require("time < ?", until));
        selection.snapshot().ifPresent(
                name -> conditions.require("POSITION(? IN snapshots) > 0", AuditRow.text(name)));
        selection.by().ifPresent(user -> conditions.require("(by_user = ? OR sudo_user = ?)", user, user));
        if (selection.failed()) {
            conditions.require("outcome IN (?, ?)", IN_VAIN.stream().map(AuditEntry.Outcome::text).toArray());
        }
        if (!selection.actions().isEmpty()) {
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
