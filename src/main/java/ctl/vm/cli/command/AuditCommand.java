package ctl.vm.cli.command;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.TimeParser;
import ctl.vm.cli.output.Target;
import ctl.vm.cli.question.TeamAudit;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.cli.view.AuditRecord;
import ctl.vm.cli.view.AuditText;
import ctl.vm.cli.view.EventText;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.Audit;
import ctl.vm.operation.query.CurrentLocation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code ctl vm audit}. */
public final class AuditCommand implements Command {

    private static final Parameter TARGET = Parameter.atMostOne(
            "NAME[:SNAPSHOT]", ArgumentType.REMEMBERED, "VM or snapshot, existing or deleted (default: all).")
            .behind(TeamQuestion.TEAM, ArgumentType.TEAM_VM);
    private static final Option BY = Option.valued("--by", "USER", ArgumentType.ANY,
            "Only operations of this user, also through sudo; no changes by hand, whose authors are not known.");
    private static final Option ACTION = Option.valued("--action", "ACTION,...",
            ArgumentType.several(AuditEntry.Action.class),
            "Only create, clone, import, export, delete, undelete, purge, rename, team-join, team-leave or by-hand.");
    private static final Option SINCE = Option.valued("--since", "TIME", ArgumentType.TIME,
            "Only operations that started at this time or later: 2026-11-23, \"2026-11-23 10:15\", yesterday, 2h.");
    private static final Option UNTIL = Option.valued("--until", "TIME", ArgumentType.TIME,
            "Only operations that started before this time.");
    private static final Option OPERATION = Option.valued("--operation", "ID", ArgumentType.ANY,
            "Only this operation and the changes that it noticed.");
    private static final Option FAILED = Option.flag("--failed",
            "Only what failed or was interrupted, and why.");
    private static final Option LIMIT = Option.valued("--limit", "COUNT", ArgumentType.ANY,
            "Print at most COUNT lines.");
    private static final Option REVERSE = Option.flag("--reverse", "Print the oldest first.");
    private static final Option DETAILS = Option.flag("-l",
            "Also print the present name, the command that undoes a deletion, host, terminal, process, login "
                    + "user, working folder, command line and parent processes.");
    private static final Option JSON = Option.flag("--json",
            "Print one JSON object per line, with all fields.");
    private static final Option CSV = Option.flag("--csv",
            "Print comma-separated values with a header (RFC 4180).");

    private static final Option SEAL = Option.flag("--seal",
            "Print the end of the journal as one word, to be kept elsewhere for \"ctl vm verify --against\".");

    private static final Option FOLLOW = Option.flag("--follow",
            "Print each event when it is recorded, until Ctrl-C; with --json, as the journal stores it.");
    private static final Option AFTER = Option.valued("--after", "SEQUENCE", ArgumentType.ANY,
            "With --follow: start after this event (default: the last one).");

    @Override
    public Syntax syntax() {
        return Syntax.of("audit", "Show who did what, when and from where.",
                "It prints one line per operation, the newest first. Filters can be combined. NAME selects every VM "
                        + "that has or had this name, also deleted ones, under all names.",
                "\"ctl vm undelete NAME[:SNAPSHOT]\" brings back what was deleted, by the VM's present name: -l "
                        + "shows that command while the deletion is in the trash.",
                "A change by hand is listed with the operation that noticed it. It is not known who made it; -l "
                        + "shows between which times it was made and who owns the file.")
                .options(BY, ACTION, SINCE, UNTIL, OPERATION, FAILED, LIMIT, REVERSE, DETAILS, JSON, CSV, FOLLOW, AFTER,
                        SEAL, TeamQuestion.TEAM, TeamQuestion.IN)
                .parameters(TARGET)
                .exitCodes(DONE, Command.FAILED, USAGE, GONE, SERVER)
                .examples("ctl vm audit MyBox:ready --action delete   who deleted the snapshot",
                        "ctl vm audit --action delete --since 7d      what was deleted this week",
                        "ctl vm audit --failed -l --limit 10",
                        "ctl vm audit --follow --after 1200 --json",
                        "ctl vm audit --team hosta/MyBox:ready        who deleted it on that host");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return !given.has(FOLLOW);
    }

    @Override
    public int run(Arguments given, Session session) {
        if (TeamQuestion.isAsked(given)) {
            runTeam(given, session);
            return 0;
        }
        Audit audit = new Audit(session.context());
        if (given.has(SEAL)) {
            session.console().line(audit.seal().toString());
            return 0;
        }
        if (given.has(FOLLOW)) {
            follow(given, session);
            return 0;
        }
        requireFollow(given);
        Optional<Target> about = given.atMostOne(TARGET).map(Target::parse);
        AuditFilter selection = selection(given, about.map(Target::vm), about.flatMap(Target::snapshot));
        Console console = session.console();
        if (given.has(JSON)) {
            audit.entries(selection, entry -> printed(console, AuditRecord.json(entry)));
        } else if (given.has(CSV)) {
            console.raw(AuditRecord.csvHeading());
            audit.entries(selection, entry -> printed(console, AuditRecord.csv(entry)));
        } else {
            var table = new AuditText(
                    given.has(DETAILS) ? Optional.of(new CurrentLocation(session.context())) : Optional.empty(),
                    session.layout(),
                    console::line);
            audit.entries(selection, entry -> {
                table.add(entry);
                return !console.isOutputLost();
            });
            if (!table.end()) {
                given.atMostOne(TARGET).ifPresent(name -> console.hint("nothing is recorded about " + name
                        + "; a VM is found under every name that it has had, a snapshot as NAME:SNAPSHOT"));
            }
        }
        return 0;
    }

    /** Whether more is wanted: not where its reader is gone, or its disk is full. */
    private static boolean printed(Console console, String line) {
        console.raw(line);
        return !console.isOutputLost();
    }

    private static void runTeam(Arguments given, Session session) {
        if (given.has(SEAL)) {
            throw given.wrong("--seal is about the journal of this root alone");
        }
        if (given.has(FOLLOW)) {
            requireNoFilter(given);
            TeamAudit.follow(given, given.number(AFTER), given.has(JSON), session);
            return;
        }
        requireFollow(given);
        TeamAudit.Form form = given.has(JSON)
                ? TeamAudit.Form.JSON
                : given.has(CSV)
                        ? TeamAudit.Form.CSV
                        : given.has(DETAILS) ? TeamAudit.Form.DETAILS : TeamAudit.Form.TEXT;
        TeamAudit.print(given, given.atMostOne(TARGET), (vm, snapshot) -> selection(given, vm, snapshot), form,
                session);
    }

    private static void requireFollow(Arguments given) {
        if (given.has(AFTER)) {
            throw given.wrong("--after needs --follow");
        }
    }

    private static void follow(Arguments given, Session session) {
        requireNoFilter(given);
        Console console = session.console();
        new Audit(session.context()).follow(given.number(AFTER), (recorded, json) -> {
            if (given.has(JSON)) {
                console.raw(json + "\n");
            } else {
                console.line(EventText.line(recorded));
            }
            return !console.isOutputLost();
        });
    }

    private static void requireNoFilter(Arguments given) {
        for (Option filter : List.of(BY, ACTION, SINCE, UNTIL, OPERATION, FAILED, LIMIT, REVERSE, DETAILS, CSV)) {
            if (given.has(filter)) {
                throw given.wrong("%s cannot be used with --follow, which prints every event".formatted(filter.name()));
            }
        }
        if (given.atMostOne(TARGET).isPresent()) {
            throw given.wrong("--follow takes no name: it prints every event");
        }
    }

    private static AuditFilter selection(Arguments given, Optional<VmName> vm, Optional<SnapshotName> snapshot) {
        return new AuditFilter(
                vm,
                snapshot,
                given.value(OPERATION).map(id -> Set.of(operation(given, id))).orElse(Set.of()),
                given.value(BY),
                given.values(ACTION, AuditEntry.Action.class),
                given.has(FAILED),
                given.value(SINCE).map(AuditCommand::time),
                given.value(UNTIL).map(AuditCommand::time),
                !given.has(REVERSE),
                given.number(LIMIT).orElse(Long.MAX_VALUE));
    }

    private static OperationId operation(Arguments given, String id) {
        return OperationId.of(id).orElseThrow(() -> given.wrong("\"%s\" is not the ID of an operation".formatted(id)));
    }

    private static Instant time(String text) {
        return TimeParser.parse(text);
    }
}
