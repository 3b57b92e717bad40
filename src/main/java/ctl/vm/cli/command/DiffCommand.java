package ctl.vm.cli.command;

import ctl.vm.cli.console.ExitCodes;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.TimeParser;
import ctl.vm.cli.output.WallClock;
import ctl.vm.cli.view.Changes;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.drift.Change;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;

/** {@code ctl vm diff}. */
public final class DiffCommand implements Command {

    /** As long as the trash keeps by default: what vanished in it can be brought back. */
    private static final String LAST_DAY = "24h";

    private static final Option SINCE = Option.valued("--since", "TIME", ArgumentType.TIME,
            "Compare the inventory with what it was then (default: " + LAST_DAY + ").");
    private static final Option JSON = Option.flag("--json", "Print JSON.");

    @Override
    public Syntax syntax() {
        return Syntax.of("diff", "Show what has changed in the inventory since an earlier time.",
                "It lists VMs that appeared, vanished, were renamed or replaced, and images that appeared, vanished or"
                        + " changed. What came and went in between is left out (\"ctl vm audit\" lists it).",
                "Both sides are what the journal knows; what was done by hand counts from when it was recorded.",
                "",
                "TIME is a date, a date and time, ISO 8601, or one of: today, yesterday, 2h, 3 days ago.")
                .options(SINCE, JSON)
                .exitCodes(ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE)
                .examples("ctl vm diff", "ctl vm diff --since yesterday", "ctl vm diff --since 2026-11-20 --json");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return true;
    }

    @Override
    public int run(Arguments given, Session session) {
        Instant since = TimeParser.parse(given.value(SINCE).orElse(LAST_DAY), ZonedDateTime.now());
        List<Change> changes = session.history().since(since);
        if (given.has(JSON)) {
            session.console().raw(Changes.json(since, changes));
        } else {
            changes.stream()
                    .flatMap(change -> session.layout().wrapped(Changes.describe(change), "  ").stream())
                    .forEach(session.console()::line);
            if (changes.isEmpty()) {
                session.console().hint("nothing has changed since " + WallClock.minute(since));
            }
        }
        return 0;
    }
}
