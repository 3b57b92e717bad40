package ctl.vm.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm resume}. */
@Command(
        name = "resume",
        header = "Go on with interrupted operations.",
        description = "They go on from what is durable. To repeat the command that was interrupted does the same.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.NOT_FOUND, ExitCodes.BUSY},
        footer = {"", "Examples:", "  ctl vm resume", "  ctl vm resume 20261123-120501-k7qx"})
final class ResumeCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "Operation to go on with (default: all).")
    private String id;

    private final Session session;

    ResumeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.operations(vm)
                .chosen(Optional.ofNullable(id))
                .forEach(unfinished -> session.runner(vm).resume(unfinished.operation().id()));
        return 0;
    }
}
