package ctl.vm.cli.question;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.view.ChangeView;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.audit.PastInventory;
import ctl.vm.inventory.drift.Change;
import ctl.vm.team.TeamRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** How the inventories of a team's roots differ from what they were. */
public final class TeamDiff {

    private TeamDiff() {}

    /** A difference, and its root. */
    private record Row(TeamRoot root, Change change) {}

    public static void print(Arguments given, Instant since, boolean json, Session session) {
        try (var question = new TeamQuestion(given, session)) {
            List<Row> rows = rows(question, since);
            if (json) {
                session.console().raw(Json.pretty(one -> one
                        .put("since", since)
                        .list("changes", rows, (fields, row) -> ChangeView.write(
                                TeamQuestion.write(fields, row.root()), row.change()))));
                return;
            }
            rows.stream()
                    .map(row -> TeamQuestion.name(row.root(), ChangeView.describe(row.change())))
                    .flatMap(line -> session.layout().wrapped(line, "  ").stream())
                    .forEach(session.console()::line);
            if (rows.isEmpty()) {
                session.console().hint("nothing has changed since " + TimeFormat.minute(since));
            }
            question.hintAtLag(question.asked(), session.console());
        }
    }

    /** A root that has recorded nothing since then has not changed, and none of its events is read. */
    private static List<Row> rows(TeamQuestion question, Instant since) {
        Set<TeamRoot> changed = question.database().changedAfter(since, question.asked());
        List<Row> rows = new ArrayList<>();
        question.asked().stream().filter(changed::contains).forEach(root -> {
            PastInventory past = question.database().past(root, since);
            Change.between(past.then(), past.now()).forEach(change -> rows.add(new Row(root, change)));
        });
        return rows;
    }
}
