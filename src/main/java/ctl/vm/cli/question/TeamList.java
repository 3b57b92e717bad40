package ctl.vm.cli.question;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.view.ListingJson;
import ctl.vm.cli.view.ListingTable;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Suggestions;
import ctl.vm.team.TeamDatabase.Summary;
import ctl.vm.team.TeamDatabase.TeamVm;
import ctl.vm.team.TeamRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The VMs of a team's roots, as their journals know them. */
public final class TeamList {

    private static final List<String> HEADINGS = List.of("NAME", "SIZE", "SNAPSHOTS", "CREATED", "BY");

    private final Session session;
    private final boolean json;
    private final boolean details;
    private final Optional<Comparator<Listing.Entry>> order;

    /**
     * @param details whether snapshots and origins are wanted as well
     * @param order of VMs across roots; root by root, in the order in which they came in, where it is empty
     */
    public TeamList(Session session, boolean json, boolean details, Optional<Comparator<Listing.Entry>> order) {
        this.session = session;
        this.json = json;
        this.details = details;
        this.order = order;
    }

    /** A VM, and its root. */
    private record Row(TeamRoot root, Listing.Entry vm) {

        static Row of(TeamVm vm) {
            return new Row(vm.root(), Listing.Entry.recorded(vm.vm()));
        }
    }

    /** Prints the VMs of these names, or all. @param at what the journals knew then; now where it is empty */
    public void print(Arguments given, List<String> names, Optional<Instant> at) {
        try (var question = new TeamQuestion(given, session)) {
            if (names.isEmpty() && at.isEmpty() && order.isEmpty() && !json && !details) {
                summarize(question);
                return;
            }
            List<TeamQuestion.Target> targets = names.stream().map(question::target).toList();
            List<TeamVm> all = at.map(time -> at(time, question))
                    .orElseGet(() -> question.database().vms(question.asked()));
            if (at.isEmpty() && question.in().isEmpty()) {
                session.teamNames().write(question.roots(),
                        all.stream().map(vm -> TeamQuestion.name(vm.root(), vm.vm().name())));
            }
            List<Row> rows = chosen(all, targets).stream().map(Row::of).toList();
            List<Row> sorted = order
                    .map(by -> rows.stream().sorted(Comparator.comparing(Row::vm, by)).toList())
                    .orElse(rows);
            if (json) {
                session.console().raw(json(at, sorted));
            } else if (sorted.isEmpty()) {
                hintAtNone(question, at);
            } else {
                table(sorted);
            }
        }
    }

    private void hintAtNone(TeamQuestion question, Optional<Instant> at) {
        session.console().hint("the team's server knows no VMs"
                + question.in().map(root -> " in " + root.name()).orElse("")
                + at.map(time -> " at " + TimeFormat.second(time)).orElse(""));
    }

    /** All VMs in short, of which there can be thousands: the same table, from what the server has added up. */
    private void summarize(TeamQuestion question) {
        List<Summary> all = question.database().summaries(question.asked());
        if (question.in().isEmpty()) {
            session.teamNames().write(question.roots(),
                    all.stream().map(vm -> TeamQuestion.name(vm.root(), vm.name())));
        }
        if (all.isEmpty()) {
            hintAtNone(question, Optional.empty());
        } else {
            session.layout().table(TeamQuestion.rows(
                    HEADINGS,
                    all.stream().map(Summary::root).toList(),
                    all.stream().map(TeamList::cells).toList())).forEach(session.console()::line);
        }
    }

    private static List<String> cells(Summary vm) {
        return List.of(vm.name(), vm.size().map(ByteCount::brief).orElse("-"), Long.toString(vm.snapshots()),
                TimeFormat.minute(vm.arrived()), vm.by().orElse("?"));
    }

    /** Only of roots that have done something since then, all events are read. */
    private static List<TeamVm> at(Instant time, TeamQuestion question) {
        Set<TeamRoot> changed = question.database().changedAfter(time, question.asked());
        Map<TeamRoot, List<TeamVm>> now = question.database()
                .vms(question.asked().stream().filter(root -> !changed.contains(root)).toList()).stream()
                .collect(Collectors.groupingBy(TeamVm::root));
        List<TeamVm> then = new ArrayList<>();
        for (TeamRoot root : question.asked()) {
            if (changed.contains(root)) {
                question.database().past(root, time).then().vms().values().stream()
                        .sorted(Comparator.comparingLong(Vm::since))
                        .forEach(vm -> then.add(new TeamVm(root, vm)));
            } else {
                then.addAll(now.getOrDefault(root, List.of()));
            }
        }
        return then;
    }

    private static List<TeamVm> chosen(List<TeamVm> all, List<TeamQuestion.Target> targets) {
        targets.forEach(target -> require(target, all));
        return targets.isEmpty()
                ? all
                : all.stream().filter(vm -> targets.stream().anyMatch(target -> isMeant(target, vm))).toList();
    }

    private static boolean isMeant(TeamQuestion.Target target, TeamVm vm) {
        return target.isIn(vm.root()) && target.vm().equals(vm.vm().name());
    }

    /** @throws ctl.vm.problem.VmException NotInTeam */
    static List<TeamVm> require(TeamQuestion.Target target, List<TeamVm> all) {
        List<TeamVm> found = all.stream().filter(vm -> isMeant(target, vm)).toList();
        if (found.isEmpty()) {
            Optional<String> nearest = Suggestions.to(target.vm().text(), all.stream()
                    .filter(vm -> target.isIn(vm.root())).map(vm -> vm.vm().name().text()).distinct().toList());
            throw new NotFound.NotInTeam(target.toString(), nearest.map(name -> all.stream()
                    .filter(vm -> target.isIn(vm.root()) && vm.vm().name().text().equals(name))
                    .map(vm -> TeamQuestion.name(vm.root(), name)).findFirst().orElseThrow())).thrown();
        }
        return found;
    }

    private void table(List<Row> all) {
        List<TeamRoot> roots = new ArrayList<>();
        List<List<String>> cells = new ArrayList<>();
        for (Row row : all) {
            add(row, details ? detailed(row.vm()) : brief(row.vm()), roots, cells);
            if (details) {
                row.vm().folder().snapshots().forEach(image -> add(row, snapshot(row.vm(), image), roots, cells));
            }
        }
        List<String> headings = details
                ? List.of("NAME", "SIZE", "CREATED", "BY", "ORIGIN")
                : HEADINGS;
        session.layout().table(TeamQuestion.rows(headings, roots, cells)).forEach(session.console()::line);
        if (details) {
            session.layout().wrapped(total(all), "  ").forEach(session.console()::line);
        }
    }

    private static void add(Row row, List<String> line, List<TeamRoot> roots, List<List<String>> cells) {
        roots.add(row.root());
        cells.add(line);
    }

    private static List<String> brief(Listing.Entry vm) {
        return List.of(vm.name().text(), size(vm), Integer.toString(vm.folder().snapshots().size()), created(vm),
                by(vm));
    }

    private static List<String> detailed(Listing.Entry vm) {
        return List.of(vm.name().text(), size(vm), created(vm), by(vm), ListingTable.origin(vm.known()));
    }

    private static List<String> snapshot(Listing.Entry vm, FolderImage image) {
        return List.of(vm.name() + ":" + image.name().snapshot().orElseThrow(), image.size().brief(),
                TimeFormat.minute(image.modified()), "-", "-");
    }

    private static String size(Listing.Entry vm) {
        return vm.folder().image(ImageName.DISK).map(disk -> disk.size().brief()).orElse("-");
    }

    private static String created(Listing.Entry vm) {
        return vm.known().map(known -> TimeFormat.minute(known.arrived())).orElseThrow();
    }

    private static String by(Listing.Entry vm) {
        return vm.known().flatMap(Vm::createdBy).orElse("?");
    }

    private static String total(List<Row> rows) {
        int snapshots = rows.stream().mapToInt(row -> row.vm().folder().snapshots().size()).sum();
        ByteCount size = rows.stream().map(row -> row.vm().folder().size()).reduce(ByteCount.ZERO, ByteCount::plus);
        return "%s%s in %s: %s".formatted(
                Pluralizer.of(rows.size(), "VM"),
                snapshots == 0 ? "" : " and " + Pluralizer.of(snapshots, "snapshot"),
                Pluralizer.of(rows.stream().map(Row::root).distinct().count(), "root"),
                size.brief());
    }

    private static String json(Optional<Instant> at, List<Row> rows) {
        return Json.pretty(json -> json
                .put("at", at)
                .list("vms", rows, (one, row) -> ListingJson.writeRecorded(
                        TeamQuestion.write(one, row.root()), row.vm())));
    }
}
