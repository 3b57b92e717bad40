package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.TimeParser;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.view.FindingView;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.drift.Change;
import ctl.vm.inventory.value.ImageName;
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
                .options(SINCE, JSON)
                .exitCodes(DONE, FAILED, USAGE)
                .examples("ctl vm diff", "ctl vm diff --since yesterday", "ctl vm diff --since 2026-11-20 --json");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return true;
    }

    @Override
    public int run(Arguments given, Session session) {
        Instant since = TimeParser.parse(given.value(SINCE).orElse(LAST_DAY));
        List<Change> changes = new History(session.context()).since(since);
        if (given.has(JSON)) {
            session.console().raw(json(since, changes));
        } else {
            changes.stream()
                    .flatMap(change -> session.layout().wrapped(describe(change), "  ").stream())
                    .forEach(session.console()::line);
            if (changes.isEmpty()) {
                session.console().hint("nothing has changed since " + TimeFormat.minute(since));
            }
        }
        return 0;
    }

    private static String describe(Change change) {
        String about = change.image()
                .map(image -> FindingView.image(change.vm(), image))
                .orElseGet(() -> change.vm().text());
        String what = switch (change.kind()) {
            case VM_APPEARED, IMAGE_APPEARED -> "appeared";
            case VM_VANISHED, IMAGE_VANISHED -> "vanished";
            case VM_REPLACED -> "replaced by another";
            case VM_RENAMED -> "renamed from " + change.formerName().orElseThrow();
            case IMAGE_CHANGED -> changed(change.before().orElseThrow(), change.after().orElseThrow());
        };
        return "%s: %s".formatted(about, what);
    }

    private static String changed(ImageFacts before, ImageFacts after) {
        return before.size().equals(after.size()) ? "written to" : FindingView.difference(before.size(), after.size());
    }

    private static String json(Instant since, List<Change> changes) {
        return Json.pretty(json -> json
                .put("since", since)
                .list("changes", changes, (one, change) -> one
                        .put("kind", change.kind())
                        .put("vm", change.vm())
                        .put("from", change.formerName())
                        .put("file", change.image().map(ImageName::fileName))
                        .put("sizeBytesBefore", change.before().map(ImageFacts::size))
                        .put("sizeBytes", change.after().map(ImageFacts::size))));
    }
}
