package ctl.vm.cli;

import ctl.vm.inventory.Finding;
import ctl.vm.inventory.Note;
import ctl.vm.operation.ListOperations.Unfinished;
import ctl.vm.reconcile.Reconcile;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm reconcile}. */
@Command(
        name = "reconcile",
        header = "Record what was done by hand, and finish what was interrupted.",
        description = {
            "The folder of VMs is everybody's: what was copied, moved, removed or written there by hand becomes part of"
                    + " the journal. Nothing in the folder is changed by that.",
            "With --rebuild, a damaged journal is mended first. A broken file of it is never overwritten: it is kept"
                    + " beside the new one, with a date."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.DRIFT, ExitCodes.BUSY},
        footer = {
            "",
            "Examples:",
            "  ctl vm reconcile --dry-run",
            "  ctl vm reconcile",
            "  ctl vm reconcile --rebuild"
        })
final class ReconcileCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(names = "--dry-run", description = "Only tell what would be done; exit 3 if there is anything.")
    private boolean dryRun;

    @Option(names = "--deep", description = "Compare whole images, not samples, to tell what a new VM is a copy of.")
    private boolean deep;

    @Option(names = "--abandon", description = "Give interrupted operations up instead of finishing them.")
    private boolean abandon;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--rebuild", description = "Make the journal anew from what is readable of its two files.")
    private boolean rebuild;

    @Option(
            names = "--accept-loss",
            description = "With --rebuild: go on although some events can be read in neither file.")
    private boolean acceptLoss;

    private final Session session;

    ReconcileCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (rebuild && !dryRun) {
            rebuild();
        }
        List<Unfinished> interrupted = session.operations(vm).interrupted();
        if (!dryRun) {
            interrupted.forEach(this::end);
        }
        Reconcile reconcile = session.reconcile(vm, deep);
        Reconcile.Report report = dryRun ? reconcile.look() : reconcile.record();
        if (json) {
            session.console().raw(FindingsJson.of(report, interrupted));
        } else {
            print(report, interrupted);
        }
        return dryRun && !(report.findings().isEmpty() && interrupted.isEmpty()) ? ExitCodes.DRIFT_FOUND : 0;
    }

    private void rebuild() {
        List<String> done = session.rebuild(vm).run(acceptLoss);
        done.forEach(session.console()::ok);
        if (done.isEmpty()) {
            session.console().ok("the journal is right as it is");
        }
    }

    private void end(Unfinished interrupted) {
        if (abandon) {
            session.runner(vm).abandon(interrupted.operation().id());
            session.console().ok("abandon " + interrupted.operation().request().words());
        } else {
            session.runner(vm).resume(interrupted.operation().id());
        }
    }

    private void print(Reconcile.Report report, List<Unfinished> interrupted) {
        Console console = session.console();
        for (Finding finding : report.findings()) {
            if (dryRun) {
                console.line(Findings.words(finding) + ": to be recorded");
            } else {
                console.ok(Findings.words(finding));
            }
        }
        if (dryRun) {
            String plan = abandon ? "to be given up" : "to be finished";
            interrupted.forEach(operation -> console.line("%s: %s".formatted(operation.progress(), plan)));
        }
        for (Note note : report.notes()) {
            console.hint("%s %s".formatted(note.subject(), note.words()));
        }
        if (report.findings().isEmpty() && interrupted.isEmpty()) {
            console.ok("journal and folder agree");
        }
    }
}
