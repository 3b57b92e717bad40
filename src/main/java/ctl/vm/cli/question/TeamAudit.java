package ctl.vm.cli.question;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.view.AuditRecord;
import ctl.vm.cli.view.AuditText;
import ctl.vm.cli.view.EventText;
import ctl.vm.commandline.Arguments;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.team.TeamDatabase.TeamEntry;
import ctl.vm.team.TeamFeed;
import ctl.vm.team.TeamRoot;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Who did what in which root of a team. */
public final class TeamAudit {

    /** How entries are printed. */
    public enum Form {
        TEXT,
        DETAILS,
        JSON,
        CSV
    }

    private TeamAudit() {}

    /**
     * Prints the selected entries.
     *
     * @param name as it was typed, where one was
     * @param selection of a VM and a snapshot, where they are named
     */
    public static void print(Arguments given, Optional<String> name,
            BiFunction<Optional<VmName>, Optional<SnapshotName>, AuditFilter> selection, Form form, Session session) {
        try (var question = new TeamQuestion(given, session)) {
            Optional<TeamQuestion.Target> target = name.map(question::target);
            Optional<TeamRoot> root = target.flatMap(TeamQuestion.Target::root).or(question::in);
            AuditFilter filter = selection.apply(target.map(TeamQuestion.Target::vm),
                    target.flatMap(TeamQuestion.Target::snapshot));
            Console console = session.console();
            switch (form) {
                case JSON -> entries(question, root, filter, one -> {
                    console.raw(AuditRecord.json(one.entry(), one.root()));
                    return !console.isOutputLost();
                });
                case CSV -> {
                    console.raw(AuditRecord.csvHeadingOfTeam());
                    entries(question, root, filter, one -> {
                        console.raw(AuditRecord.csv(one.entry(), one.root()));
                        return !console.isOutputLost();
                    });
                }
                case TEXT, DETAILS -> {
                    AuditText table = AuditText.ofTeam(form == Form.DETAILS, session.layout(), console::line);
                    entries(question, root, filter, one -> {
                        table.add(one.root().name(), one.entry());
                        return !console.isOutputLost();
                    });
                    if (!table.end()) {
                        target.ifPresent(about -> console.hint("the team's server has nothing about " + about
                                + "; a VM is found under every name that it has had, a snapshot as ROOT/NAME:SNAPSHOT"));
                    }
                    question.hintAtLag(root.map(List::of).orElseGet(question::asked), console);
                }
            }
        }
    }

    private static void entries(TeamQuestion question, Optional<TeamRoot> root, AuditFilter filter,
            Predicate<TeamEntry> wantsMore) {
        question.database().entries(question.roots(), root, filter, wantsMore);
    }

    /** Prints events as they reach the server, until the user stops it. */
    public static void follow(Arguments given, OptionalLong after, boolean json, Session session) {
        if (after.isPresent() && !given.has(TeamQuestion.IN)) {
            throw given.wrong("the numbers of events differ from root to root: name the root with %s".formatted(
                    TeamQuestion.IN.name()));
        }
        Console console = session.console();
        try (var database = session.team()) {
            new TeamFeed(database, given.value(TeamQuestion.IN), console::warn).follow(after, entry -> {
                if (json) {
                    console.raw(record(entry));
                } else {
                    console.line(entry.root() + "  " + EventText.line(entry.recorded()));
                }
                return !console.isOutputLost();
            });
        }
    }

    /** The event stands in it as its root stores it, to the letter: so its hash can be checked. */
    private static String record(TeamFeed.Entry entry) {
        String root = Json.compact(json -> json.put("root", entry.root())).strip();
        return root.substring(0, root.length() - 1) + ",\"event\":" + entry.line() + "}\n";
    }
}
