package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.TimeParser;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.question.TeamDiff;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.cli.view.ChangeView;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.drift.Change;
import ctl.vm.operation.query.History;
import java.time.Instant;
import java.util.List;

/** {@code ctl vm diff}. */
public final class DiffCommand implements Command {

    /** As long as the trash keeps by default: what vanished in it can be brought back. */
    private static final String LAST_DAY = "24h";

    private static final Option SINCE = Option.valued("--since", "TIME", ArgumentType.TIME,
            "Compare with the inventory at this time (default: " + LAST_DAY + ").");

    @Override
    public Syntax syntax() {
        return Syntax.of("diff", "Show what has changed in the inventory since an earlier time.",
                "It lists VMs that appeared, vanished, were renamed or replaced, and images that appeared, vanished "
                        + "or changed. What came and went in between is left out: \"ctl vm audit\" lists it.",
                "Both sides are what the journal knows: a change by hand counts from the time at which it was "
                        + "recorded.",
                "",
                "TIME is a date, a date and time, an ISO 8601 time, or relative: today, yesterday, 2h, \"3 days "
                        + "ago\".")
                .options(SINCE, JSON, TeamQuestion.TEAM, TeamQuestion.IN)
                .exitCodes(DONE, FAILED, USAGE, NO_ROOT, SERVER)
                .examples("ctl vm diff", "ctl vm diff --since yesterday", "ctl vm diff --since 2026-11-20 --json",
                        "ctl vm diff --team --since yesterday");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return true;
    }

    @Override
    public int run(Arguments given, Session session) {
        Instant since = TimeParser.parse(given.value(SINCE).orElse(LAST_DAY));
        if (TeamQuestion.isAsked(given)) {
            TeamDiff.print(given, since, given.has(JSON), session);
            return 0;
        }
        List<Change> changes = new History(session.context()).since(since);
        if (given.has(JSON)) {
            session.console().raw(json(since, changes));
        } else {
            changes.stream()
                    .flatMap(change -> session.layout().wrapped(ChangeView.describe(change), "  ").stream())
                    .forEach(session.console()::line);
            if (changes.isEmpty()) {
                session.console().hint("nothing has changed since " + TimeFormat.minute(since));
            }
        }
        return 0;
    }

    private static String json(Instant since, List<Change> changes) {
        return Json.pretty(json -> json.put("since", since).list("changes", changes, ChangeView::write));
    }
}
