package ctl.vm.cli.question;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Retention;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.team.TeamDatabase.TeamEntry;
import ctl.vm.team.TeamRoot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was deleted in a team's roots, and has neither come back nor been purged as far as their events say. How much
 * space it takes, only its host knows.
 */
public final class TeamTrash {

    private TeamTrash() {}

    /** What one deletion took. */
    private record Row(TeamRoot root, AuditEntry entry) {

        Request.Purge purge() {
            return new Request.Purge(entry.beginning().operation(), request().vm(), snapshot(), entry.trashedPackage());
        }

        Request request() {
            return entry.request().orElseThrow();
        }

        Optional<SnapshotName> snapshot() {
            return request() instanceof Request.DeleteSnapshot delete
                    ? Optional.of(delete.snapshot())
                    : Optional.empty();
        }

        boolean isReplaced() {
            return request().bringsIn() || entry.trashedPackage().isPresent();
        }

        Duration period() {
            return entry.latest().event().retention().map(Retention::period).orElse(Duration.ZERO);
        }

        Instant keptUntil() {
            return entry.latest().time().plus(period());
        }
    }

    /** The newest first. */
    public static void print(Arguments given, boolean json, Session session) {
        try (var question = new TeamQuestion(given, session)) {
            List<Row> rows = question.database().trash(question.roots(), question.in()).reversed().stream()
                    .map(TeamTrash::row).toList();
            if (json) {
                session.console().raw(Json.pretty(one -> one.list("trash", rows, TeamTrash::write)));
            } else if (rows.isEmpty()) {
                session.console().hint("as far as the team's server knows, nothing is in the trash");
                question.hintAtLag(question.asked(), session.console());
            } else {
                session.layout().table(TeamQuestion.rows(List.of("NAME", "DELETED", "BY", "KEPT UNTIL"),
                        rows.stream().map(Row::root).toList(),
                        rows.stream().map(TeamTrash::cells).toList())).forEach(session.console()::line);
            }
        }
    }

    private static Row row(TeamEntry found) {
        return new Row(found.root(), found.entry());
    }

    private static List<String> cells(Row row) {
        return List.of(
                row.purge().name(),
                TimeFormat.minute(row.entry().latest().time()),
                row.entry().beginning().actor().user(),
                TimeFormat.minute(row.keptUntil()));
    }

    private static void write(Json json, Row row) {
        TeamQuestion.write(json, row.root())
                .put("name", row.purge().name())
                .put("vm", row.request().vm())
                .put("snapshot", row.snapshot())
                .put("file", row.entry().trashedPackage())
                .put("deletion", row.entry().beginning().operation())
                .put("deleted", row.entry().latest().time())
                .put("replaced", row.isReplaced())
                .put("by", row.entry().beginning().actor().user())
                .put("keptUntil", row.keptUntil())
                .put("keepSeconds", row.period().toSeconds());
    }
}
