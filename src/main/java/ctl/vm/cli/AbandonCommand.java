package ctl.vm.cli;

import ctl.vm.operation.ListOperations;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm abandon}. */
@Command(
        name = "abandon",
        header = "Give up interrupted operations.",
        description = "What they have made so far is removed; the inventory is as it was before they began.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.NOT_FOUND, ExitCodes.BUSY},
        footer = {"", "Examples:", "  ctl vm abandon", "  ctl vm abandon 20261123-120501-k7qx"})
final class AbandonCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Parameters(arity = "0..1", paramLabel = "ID",
            description = "Operation to give up (default: all interrupted ones).")
    private String id;

    private final Session session;

    AbandonCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        for (ListOperations.Unfinished unfinished : session.operations(vm).chosen(Optional.ofNullable(id))) {
            session.runner(vm).abandon(unfinished.operation().id());
            session.console().ok("abandon " + unfinished.operation().request().words());
        }
        return 0;
    }
}
