package ctl.vm.cli;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;

import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax;
import ctl.vm.commandline.Words;
import ctl.vm.inventory.Change;

/** {@code ctl vm diff}. */
final class DiffCommand implements Command {

    private static final Option SINCE = Option.valued("--since", "TIME", Words.ANY,
            "Compare the inventory with what it was then.");
    private static final Option JSON = Option.flag("--json", "Print JSON.");

    @Override
    public Syntax syntax() {
        return Syntax.of("diff", "Tell how the inventory differs from what it was at a time.",
                "VMs that appeared, vanished, were renamed or replaced, and images that appeared, vanished or changed,"
                        + " on the whole: what came and went in between is not told (\"ctl vm audit\" does).",
                "Both sides are what the journal knows; what was done by hand counts from when it was recorded.",
                "",
                "TIME is a date, a date and time, ISO 8601, or one of: today, yesterday, 2h, 3 days ago.")
                .options(SINCE, JSON)
                .exitCodes(ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE)
                .examples("ctl vm diff --since yesterday", "ctl vm diff --since 2026-11-20 --json");
    }

    @Override
    public int run(Arguments given, Session session) {
        Instant since = PointInTime.parse(
                given.value(SINCE).orElseThrow(() -> given.wrong("--since is missing: it names the time")),
                ZonedDateTime.now());
        List<Change> changes = session.history().since(since);
        if (given.has(JSON)) {
            session.console().raw(Changes.json(since, changes));
        } else {
            changes.forEach(change -> session.console().line(Changes.words(change)));
        }
        return 0;
    }
}
