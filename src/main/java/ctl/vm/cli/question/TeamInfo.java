package ctl.vm.cli.question;

import ctl.vm.cli.console.ResultLayout;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.view.AuditText;
import ctl.vm.cli.view.EventText;
import ctl.vm.cli.view.InfoView;
import ctl.vm.cli.view.ListingJson;
import ctl.vm.cli.view.OriginView;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.operation.query.Provenance;
import ctl.vm.team.TeamDatabase.Descent;
import ctl.vm.team.TeamDatabase.TeamVm;
import ctl.vm.team.TeamDatabase;
import ctl.vm.team.TeamProvenance;
import ctl.vm.team.TeamRoot;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All that the team's server knows about a VM; where roots have VMs of the same name, about each. */
public final class TeamInfo {

    private static final String SECTION = "    ";

    private TeamInfo() {}

    public static void print(Arguments given, String name, boolean json, Session session) {
        try (var question = new TeamQuestion(given, session)) {
            TeamQuestion.Target target = question.target(name);
            if (target.snapshot().isPresent()) {
                throw given.wrong("%s is a snapshot: name its VM".formatted(name));
            }
            List<TeamRoot> asked = target.root().map(List::of).orElseGet(question::asked);
            List<TeamVm> all = question.database().vms(asked);
            List<TeamVm> found = TeamList.require(target, all);
            if (json && found.size() > 1) {
                throw given.wrong("%d roots have a %s: name one, such as %s".formatted(
                        found.size(), name, TeamQuestion.name(found.getFirst().root(), name)));
            }
            for (TeamVm vm : found) {
                var known = new TeamProvenance(question.database(), question.roots()).of(vm);
                print(vm, descendants(vm, all, question.database()), known, json, session);
            }
        }
    }

    private static void print(TeamVm vm, Provenance.Descendants descendants, TeamProvenance.Known known, boolean json,
            Session session) {
        Listing.Entry entry = Listing.Entry.recorded(vm.vm());
        if (json) {
            session.console().raw(Json.pretty(one -> {
                ListingJson.writeRecorded(TeamQuestion.write(one, vm.root()), entry);
                known.source().ifPresent(source -> one.object("exportedFrom", from -> write(from, source)));
                InfoView.write(one, descendants);
                write(one, known);
            }));
        } else {
            InfoView.recorded(TeamQuestion.name(vm.root(), vm.vm().name()), TimeFormat.minute(vm.root().asOf()), entry,
                    descendants, known.source().map(TeamInfo::text), session.layout()).forEach(session.console()::line);
            print(known, session);
        }
    }

    private static void print(TeamProvenance.Known known, Session session) {
        Consumer<String> line = text -> session.console().line(SECTION + text);
        ResultLayout layout = session.layout().indented(SECTION.length());
        if (!known.copies().isEmpty()) {
            session.console().line("  Imported elsewhere:");
            layout.table(known.copies().stream()
                    .map(copy -> List.of(TeamQuestion.name(copy.root(), copy.name()),
                            TimeFormat.minute(copy.arrival().time()), copy.isThere() ? "" : "gone since"))
                    .toList()).forEach(line);
        }
        session.console().line("  History:");
        AuditText history = AuditText.ofTeam(false, layout, line);
        known.history().forEach(entry -> history.add(entry.root().name(), entry.entry()));
        history.end();
    }

    /** {@code hosta/MyBox, exported on 2026-11-30 16:24 by ann, there now as Old}. */
    private static String text(TeamProvenance.Source source) {
        if (source.root().isEmpty()) {
            return OriginView.text(source.origin()) + ", which has not joined the team";
        }
        TeamRoot root = source.root().get();
        String vm = TeamQuestion.name(root, source.origin().name());
        return switch (source.claim()) {
            case UNKNOWN -> "%s, by event %d, which is not shipped".formatted(vm, source.origin().event());
            case FALSE -> "not %s, as the package says: %s has exported no such package by event %d".formatted(
                    vm, root.name(), source.origin().event());
            case TRUE, WITHOUT_SEAL -> vm + exported(source) + now(source)
                    + (source.claim() == TeamProvenance.Claim.TRUE
                            ? ""
                            : "; without a seal, the package could also be another that says so");
        };
    }

    private static String exported(TeamProvenance.Source source) {
        Recorded export = source.export().orElseThrow();
        return ", exported on %s by %s".formatted(TimeFormat.minute(export.time()), EventText.user(export.actor()));
    }

    private static String now(TeamProvenance.Source source) {
        return source.now()
                .map(name -> name.equals(source.origin().name()) ? "" : ", there now as " + name)
                .orElse(", gone there since");
    }

    private static void write(Json json, TeamProvenance.Source source) {
        OriginView.write(json, source.origin());
        json.put("claim", source.claim())
                .put("rootName", source.root().map(TeamRoot::name))
                .put("exported", source.export().map(Recorded::time))
                .put("exportedBy", source.export().map(export -> export.actor().user()))
                .put("vmNow", source.now());
    }

    private static void write(Json json, TeamProvenance.Known known) {
        json.list("importedElsewhere", known.copies(), (one, copy) -> one
                .put("root", copy.root().name())
                .put("name", copy.name())
                .put("there", copy.isThere())
                .put("created", copy.arrival().time())
                .put("createdBy", copy.arrival().actor().user()))
                .list("history", known.history(), (one, entry) -> one
                        .put("root", entry.root().name())
                        .put("event", entry.entry().beginning().sequence())
                        .put("operation", entry.entry().beginning().operation())
                        .put("time", entry.entry().beginning().time())
                        .put("by", entry.entry().beginning().actor().user())
                        .put("action", entry.entry().action())
                        .put("object", EventText.object(entry.entry()))
                        .put("outcome", entry.entry().outcome()));
    }

    private static Provenance.Descendants descendants(TeamVm vm, List<TeamVm> all, TeamDatabase database) {
        Descent descent = database.descent(vm);
        List<Vm> clones = all.stream()
                .filter(other -> other.root().equals(vm.root()) && descent.copies().contains(other.vm().since()))
                .map(TeamVm::vm)
                .toList();
        return new Provenance.Descendants(clones, descent.exports().stream()
                .flatMap(export -> export.event() instanceof Event.PackageExported made
                        ? Stream.of(Provenance.Package.of(made, export.time()))
                        : Stream.empty())
                .toList());
    }
}
