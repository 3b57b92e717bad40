package ctl.vm.cli.question;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.view.EventText;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.team.TeamDatabase.TeamEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The operations of a team's roots that have not ended. Whether a process carries one out, only its host knows: the last
 * event shows how far it was.
 */
public final class TeamOperations {

    private TeamOperations() {}

    public static void print(Arguments given, boolean json, Session session) {
        try (var question = new TeamQuestion(given, session)) {
            List<TeamEntry> open = question.database().openOperations(question.roots(), question.in());
            if (json) {
                session.console().raw(Json.pretty(one -> one.list("operations", open, TeamOperations::write)));
            } else if (open.isEmpty()) {
                session.console().hint("the team's server knows no operation that has not ended");
                question.hintAtLag(question.asked(), session.console());
            } else {
                open.forEach(entry -> print(entry, session));
            }
        }
    }

    private static void print(TeamEntry one, Session session) {
        session.console().heading(TeamQuestion.name(one.root(), one.entry().beginning().operation()));
        lines(one).stream()
                .flatMap(line -> session.layout().wrapped("  " + line, "    ").stream())
                .forEach(session.console()::line);
    }

    private static List<String> lines(TeamEntry one) {
        Recorded beginning = one.entry().beginning();
        Recorded latest = one.entry().latest();
        List<String> lines = new ArrayList<>(List.of(
                what(one.entry()),
                "Started: %s by %s on host %s".formatted(TimeFormat.second(beginning.time()),
                        EventText.user(beginning.actor()), beginning.actor().host())));
        if (one.entry().outcome() == AuditEntry.Outcome.INTERRUPTED) {
            lines.add("Interrupted: %s, %s".formatted(
                    TimeFormat.second(latest.time()), one.entry().reason().orElse("its process died")));
        } else {
            lines.add("Last event: %s, %s".formatted(TimeFormat.second(latest.time()), EventText.describe(
                    latest.event())));
        }
        if (one.root().isBehind()) {
            lines.add("Known: " + TeamQuestion.lag(one.root()));
        }
        return lines;
    }

    private static String what(AuditEntry entry) {
        return entry.request().orElseThrow().describe();
    }

    private static void write(Json json, TeamEntry one) {
        Recorded beginning = one.entry().beginning();
        Actor.ProcessIdentity process = beginning.actor().process();
        TeamQuestion.write(json, one.root())
                .put("id", beginning.operation())
                .put("what", what(one.entry()))
                .put("started", beginning.time())
                .put("by", beginning.actor().user())
                .put("state", one.entry().outcome().text())
                .put("reason", one.entry().reason())
                .put("lastEvent", one.entry().latest().time())
                .object("process", fields -> fields
                        .put("host", beginning.actor().host())
                        .put("pid", process.pid())
                        .put("startTicks", process.startTicks())
                        .put("bootId", process.bootId()));
    }
}
