package ctl.vm.cli.question;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.view.InfoView;
import ctl.vm.cli.view.ListingJson;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.operation.query.Provenance;
import ctl.vm.team.TeamDatabase.Descent;
import ctl.vm.team.TeamDatabase.TeamVm;
import ctl.vm.team.TeamDatabase;
import ctl.vm.team.TeamRoot;
import java.util.List;
import java.util.stream.Stream;

/** All that the team's server knows about a VM; where roots have VMs of the same name, about each. */
public final class TeamInfo {

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
                print(vm, descendants(vm, all, question.database()), json, session);
            }
        }
    }

    private static void print(TeamVm vm, Provenance.Descendants descendants, boolean json, Session session) {
        Listing.Entry entry = Listing.Entry.recorded(vm.vm());
        if (json) {
            session.console().raw(Json.pretty(one -> {
                ListingJson.writeRecorded(TeamQuestion.write(one, vm.root()), entry);
                InfoView.write(one, descendants);
            }));
        } else {
            InfoView.recorded(TeamQuestion.name(vm.root(), vm.vm().name()), TimeFormat.minute(vm.root().asOf()), entry,
                    descendants, session.layout()).forEach(session.console()::line);
        }
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
