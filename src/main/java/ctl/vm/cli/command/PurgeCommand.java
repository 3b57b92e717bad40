package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.TimeParser;
import ctl.vm.cli.output.Target;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.query.ListTrash.Entry;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.operation.query.MeasureUsage.Freed;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.query.TrashLookup;
import ctl.vm.operation.run.StartOperation;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@code ctl vm purge}. */
public final class PurgeCommand implements Command {

    private static final Option ALL = Option.flag("--all", "Purge everything in the trash.");
    private static final Option OLDER = Option.valued("--older-than", "TIME", ArgumentType.TIME,
            "Purge what was deleted before this time: 2h, 3d, yesterday or a date.");
    private static final Option YES = Option.flag("-y, --yes", "Do not ask.");
    private static final Parameter TARGETS = Parameter.any("NAME[:SNAPSHOT]", ArgumentType.TRASHED,
            "Deleted VM or snapshot, by the name that it had, or replaced package, by its path with a /: every "
                    + "deletion of that name is purged.");

    @Override
    public Syntax syntax() {
        return Syntax.of("purge", "Free deleted VMs and snapshots: they cannot be brought back.",
                "You are asked first. \"ctl vm trash\" lists what can be purged.")
                .options(ALL, OLDER, YES)
                .parameters(TARGETS)
                .exitCodes(DONE, new ExitCode(1, "failed, or answered no"), USAGE, NOT_FOUND, BUSY)
                .examples("ctl vm purge MyBox", "ctl vm purge -y --all", "ctl vm purge -y --older-than 2h");
    }

    @Override
    public int run(Arguments given, Session session) {
        Set<Request.Purge> purges = chosen(given, session);
        if (purges.isEmpty()) {
            session.console().hint("nothing in the trash matches");
            return 0;
        }
        List<String> names = purges.stream().map(Request.Purge::name).toList();
        if (!isConfirmed(given, session, names)) {
            session.console().skip("nothing was freed");
            return 1;
        }
        Freed freed = new MeasureUsage(session.context()).freedBy(goingWith(purges, session));
        purges.forEach(purge -> {
            new StartOperation(session.contextForChange(), false).run(purge);
            session.console().ok("purge " + purge.name());
        });
        session.console().freed(freed);
        return 0;
    }

    /** A purge that was interrupted has taken its deletion from the trash, and goes on under its own name. */
    private static Set<OperationId> goingWith(Set<Request.Purge> purges, Session session) {
        Set<OperationId> going = purges.stream().map(Request.Purge::deletion).collect(Collectors.toSet());
        new ListOperations(session.context()).all().stream()
                .map(Unfinished::operation)
                .filter(operation -> purges.contains(operation.request()))
                .forEach(operation -> going.add(operation.id()));
        return going;
    }

    private static Set<Request.Purge> chosen(Arguments given, Session session) {
        int ways = (given.has(ALL) ? 1 : 0) + (given.has(OLDER) ? 1 : 0) + (given.all(TARGETS).isEmpty() ? 0 : 1);
        if (ways != 1) {
            throw given.wrong("give either NAMEs, --all or --older-than");
        }
        Set<Request.Purge> purges = new LinkedHashSet<>();
        if (given.has(ALL)) {
            purges.addAll(new TrashLookup(session.context()).interruptedPurges());
            purges.addAll(those(session, _ -> true));
        } else if (given.has(OLDER)) {
            Instant before = TimeParser.parse(given.value(OLDER).orElseThrow());
            purges.addAll(those(session, entry -> entry.deleted().isBefore(before)));
        } else {
            given.all(TARGETS).forEach(target -> purges.addAll(named(target, session)));
        }
        return purges;
    }

    private static List<Request.Purge> named(String target, Session session) {
        TrashLookup trash = new TrashLookup(session.context());
        if (Target.isFile(target)) {
            return trash.purges(session.file(target));
        }
        Target parsed = Target.parse(target);
        return trash.purges(parsed.vm(), parsed.snapshot());
    }

    private static List<Request.Purge> those(Session session, Predicate<Entry> wanted) {
        return new ListTrash(session.context()).all().stream().filter(wanted).map(Entry::purge).toList();
    }

    private static boolean isConfirmed(Arguments given, Session session, List<String> names) {
        String question = "Free %s for good?".formatted(String.join(", ", names));
        return given.has(YES) || session.console().confirm(question);
    }

}
