package ctl.vm.cli.command;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.TimeParser;
import ctl.vm.cli.view.FindingView;
import ctl.vm.cli.view.LeftUndone;
import ctl.vm.cli.view.OutlookView;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Warning;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.NextStep;
import ctl.vm.operation.run.ResumeOperation;
import ctl.vm.operation.run.ResumeOperation.Stuck;
import ctl.vm.reconcile.InterruptedChanges;
import ctl.vm.reconcile.Reconcile;
import ctl.vm.reconcile.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code ctl vm reconcile}. */
public final class ReconcileCommand implements Command {

    private static final Option DRY_RUN = Option.flag("--dry-run",
            "Only print what would be done; exit with 3 if there is anything to do.");
    private static final Option DEEP = Option.flag("--deep",
            "Compare whole images instead of samples, to find what a new VM is a copy of and, by digest, whether "
                    + "an image was put back unchanged.");
    private static final Option ABANDON = Option.flag("--abandon",
            "Abandon interrupted operations instead of finishing them.");
    private static final Option WATCH = Option.flag("--watch",
            "Keep running and record changes by hand as they happen, until Ctrl-C.");
    private static final Option INTERVAL = Option.valued("--interval", "SECONDS", ArgumentType.ANY,
            "With --watch: check everything at least this often (default: 600).");
    private static final Option REBUILD = Option.flag("--rebuild",
            "Rebuild the journal from what can be read of its two files.");
    private static final Option ACCEPT_LOSS = Option.flag("--accept-loss",
            "With --rebuild: continue even if some events can be read in neither file, or nothing shows that there were "
                    + "no more.");
    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Finish interrupted operations even if a process has an image open; a copy fails if its source is "
                    + "written to meanwhile.");

    private static final Option WAIT = Option.valued("--wait", "TIME", ArgumentType.ANY,
            "Wait this long for copies that are still being made: 60s, 10m (default: 5s).");
    private static final Option NO_WAIT = Option.flag("--no-wait", "Do not wait for them.");

    private static final Duration USUAL_WAIT = Duration.ofSeconds(5);

    @Override
    public Syntax syntax() {
        return Syntax.of("reconcile", "Record changes by hand and finish interrupted operations.",
                "Anyone may work in the folder of VMs: what was copied, moved, removed or written there by hand is "
                        + "recorded in the journal. This changes nothing in the folder.",
                "An interrupted operation that would take something away, a deletion or the replacement of a VM, is "
                        + "left to \"ctl vm resume\" and \"ctl vm abandon\".",
                "With --rebuild, a damaged journal is repaired first. A damaged file is never overwritten: it is "
                        + "kept beside the new one, with a date.",
                "A copy that is still being made is waited for, and otherwise left for the next time.",
                "With --watch, it prints a line for each change that it records, and leaves interrupted operations "
                        + "alone.")
                .options(DRY_RUN, DEEP, ABANDON, JSON, WATCH, INTERVAL, REBUILD, ACCEPT_LOSS, WHILE_IN_USE,
                        WAIT, NO_WAIT)
                .exitCodes(DONE, FAILED, USAGE, DRIFT, GONE, BUSY, UNSAFE)
                .examples("ctl vm reconcile --dry-run", "ctl vm reconcile", "ctl vm reconcile --watch",
                        "ctl vm reconcile --rebuild");
    }

    @Override
    public int run(Arguments given, Session session) {
        boolean dryRun = given.has(DRY_RUN);
        Duration patience = patience(given);
        if (given.has(WATCH)) {
            return watch(given, session);
        }
        if (given.has(REBUILD)) {
            if (dryRun) {
                throw given
                        .wrong("--dry-run cannot be used with --rebuild, which has to write to find out what can be read");
            }
            rebuild(session, given.has(ACCEPT_LOSS));
        }
        ResumeOperation resume = new ResumeOperation(session.contextForChange(), given.has(WHILE_IN_USE));
        List<Unfinished> interrupted = new ListOperations(session.context()).interrupted();
        List<Stuck> stuck = dryRun ? List.of() : resume.end(interrupted, given.has(ABANDON));
        Reconcile reconcile = new Reconcile(session.contextForChange(), given.has(DEEP));
        Reconcile.Report report = dryRun ? reconcile.look() : reconcile.record(patience);
        var left = new StuckOperations(stuck);
        if (given.has(JSON)) {
            session.console().raw(FindingView.json(report, interrupted, left.leftUndone()));
            left.warnOfOthers(session.console());
        } else {
            print(given, session.console(), report, resume, interrupted);
        }
        if (dryRun) {
            return report.isClean() && interrupted.isEmpty() ? 0 : DRIFT_FOUND;
        }
        return given.has(JSON)
                ? left.leftUndone().map(LeftUndone::exitCode).orElse(0)
                : left.show(session.console());
    }

    private static Duration patience(Arguments given) {
        if (given.has(NO_WAIT)) {
            if (given.has(WAIT)) {
                throw given.wrong("--wait cannot be used with --no-wait");
            }
            return Duration.ZERO;
        }
        return given.value(WAIT)
                .map(text -> TimeParser.length(text).orElseThrow(
                        () -> given.wrong(
                                "--wait takes a length of time, such as 60s or 10m, not \"%s\"".formatted(text))))
                .orElse(USUAL_WAIT);
    }

    /** Runs until it is asked to stop. */
    private static int watch(Arguments given, Session session) {
        for (Option other : List.of(DRY_RUN, ABANDON, REBUILD, WAIT, NO_WAIT)) {
            if (given.has(other)) {
                throw given.wrong("%s cannot be used with --watch".formatted(other.name()));
            }
        }
        Duration interval = Duration.ofSeconds(Math.max(1, given.number(INTERVAL).orElse(600)));
        new Watch(session.context(), new Reconcile(session.contextForChange(), given.has(DEEP)), interval)
                .run(finding -> print(finding, given.has(JSON), session.console()));
        return 0;
    }

    private static void print(Finding finding, boolean json, Console console) {
        if (json) {
            console.raw(FindingView.json(finding));
        } else if (finding.events().isEmpty()) {
            console.skip("%s; %s".formatted(FindingView.describe(finding), FindingView.patience(finding)));
        } else {
            console.ok(FindingView.describe(finding));
        }
    }

    private static void rebuild(Session session, boolean acceptLoss) {
        List<String> done = session.rebuild().run(acceptLoss);
        done.forEach(session.console()::ok);
        if (done.isEmpty()) {
            session.console().ok("the journal needs no repair");
        }
    }

    private static String plan(Unfinished unfinished, Reconcile.Report report, ResumeOperation resume) {
        Optional<NextStep> next = report.interrupted().stream()
                .filter(outlook -> outlook.operation().id().equals(unfinished.operation().id()))
                .map(InterruptedChanges.Outlook::next)
                .findFirst();
        String left = resume.loss(unfinished.operation())
                .map(loss -> "to be left, because it would take %s away".formatted(loss) + next.stream()
                        .filter(step -> step.problem().isPresent())
                        .map(step -> "; \"ctl vm resume\" " + OutlookView.describe(step))
                        .collect(Collectors.joining()))
                .orElse("");
        return left.isEmpty() ? next.map(OutlookView::plan).orElse("to be finished") : left;
    }

    private static void print(Arguments given, Console console, Reconcile.Report report,
            ResumeOperation resume,
            List<Unfinished> interrupted) {
        boolean dryRun = given.has(DRY_RUN);
        for (Finding finding : report.findings()) {
            if (dryRun) {
                console.line(FindingView.describe(finding) + (finding.events().isEmpty()
                        ? ": to be left until it " + (finding instanceof Finding.VmMisnamed
                                ? "has a name that is allowed"
                                : "is complete")
                        : ": to be recorded"));
            } else {
                print(finding, false, console);
            }
        }
        report.interrupted().forEach(outlook -> outlook.changes().forEach(finding -> {
            String left = "%s until \"%s\" is finished or abandoned".formatted(
                    dryRun ? ": to be left" : "; it is left", outlook.operation().request().describe());
            if (dryRun) {
                console.line(FindingView.describe(finding) + left);
            } else {
                console.skip(FindingView.describe(finding) + left);
            }
        }));
        if (!dryRun && given.has(ABANDON)) {
            interrupted.forEach(operation -> console.ok("abandon " + operation.operation().request().describe()));
        }
        if (dryRun) {
            interrupted.forEach(operation -> console.line("%s: %s".formatted(
                    operation.progress(),
                    given.has(ABANDON)
                            ? "to be abandoned"
                            : plan(operation, report, resume))));
        }
        for (Warning warning : report.warnings()) {
            console.hint("%s %s".formatted(warning.subject(), warning.message()));
        }
        if (report.isClean() && interrupted.isEmpty()) {
            console.ok("journal and folder agree");
        }
    }
}
