package ctl.vm.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm reconcile}. */
@Command(
        name = "reconcile",
        header = "Finish what was interrupted; with --rebuild, mend a damaged journal first.",
        description = "A broken file of the journal is never overwritten: it is kept beside the new one, with a date.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.BUSY},
        footer = {"", "Examples:", "  ctl vm reconcile", "  ctl vm reconcile --rebuild"})
final class ReconcileCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

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
        if (rebuild) {
            List<String> done = session.rebuild(vm).run(acceptLoss);
            done.forEach(session.console()::ok);
            if (done.isEmpty()) {
                session.console().ok("the journal is right as it is");
            }
        }
        session.operations(vm)
                .chosen(Optional.empty())
                .forEach(unfinished -> session.runner(vm).resume(unfinished.operation().id()));
        return 0;
    }
}
