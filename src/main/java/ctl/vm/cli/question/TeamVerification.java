package ctl.vm.cli.question;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.team.TeamDatabase;
import ctl.vm.team.Witness;
import java.util.List;
import java.util.Optional;

/** What the team's server testifies to, for people and as JSON. */
public final class TeamVerification {

    private TeamVerification() {}

    /** Holds the journal at hand against what was shipped of it; where it is not shipped, checks all that is. */
    public static List<Witness.Report> ofThisRoot(Session session, Optional<Seal> seal) {
        Optional<Witness.Own> own = session.ownJournal();
        try (TeamDatabase database = session.team()) {
            Witness witness = session.witness(database);
            return own.isPresent()
                    ? List.of(witness.own(own.get(), seal))
                    : database.roots().all().stream().map(root -> witness.shipped(root, Optional.empty())).toList();
        }
    }

    /** Checks what was shipped of one root; no journal is opened for that. */
    public static List<Witness.Report> ofNamedRoot(Arguments given, Session session, Optional<Seal> seal) {
        try (var question = new TeamQuestion(given, session)) {
            return List.of(session.witness(question.database()).shipped(question.in().orElseThrow(), seal));
        }
    }

    public static boolean isClean(List<Witness.Report> reports) {
        return reports.stream().allMatch(report -> report.errors().isEmpty());
    }

    public static void print(List<Witness.Report> reports, Session session) {
        for (Witness.Report report : reports) {
            report.errors().forEach(error -> session.console().line(
                    "team: %s: %s".formatted(report.root(), error.message())));
            if (report.unshipped() > 0) {
                session.console().hint("%s shipped yet: only this host testifies to what %s".formatted(
                        Pluralizer.of(report.unshipped(), "event of %s is not".formatted(report.root()),
                                "events of %s are not".formatted(report.root())),
                        report.unshipped() == 1 ? "it says" : "they say"));
            }
            report.rowsUnchecked().ifPresent(why -> session.console().hint(
                    "what the server's tables say of %s was not compared with its events: %s".formatted(report.root(),
                            why)));
            if (report.errors().isEmpty()) {
                session.console().ok("%s: %s on the team's server as shipped, up to %s".formatted(
                        report.root(), Pluralizer.of(report.events(), "event is", "events are"), report.seal()));
            }
        }
    }

    public static Json write(Json json, List<Witness.Report> reports) {
        return json.list("team", reports, (one, report) -> one
                .put("root", report.root())
                .put("clean", report.errors().isEmpty())
                .put("events", report.events())
                .put("seal", report.seal())
                .put("unshipped", report.unshipped())
                .put("tablesUnchecked", report.rowsUnchecked())
                .list("errors", report.errors(), (error, found) -> error
                        .put("kind", found.kind())
                        .put("in", found.place())
                        .put("event", found.event())
                        .put("words", found.message())));
    }
}
