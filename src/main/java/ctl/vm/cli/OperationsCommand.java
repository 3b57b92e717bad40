package ctl.vm.cli;

import ctl.vm.operation.ListOperations.Unfinished;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm operations}. */
@Command(
        name = "operations",
        header = "List operations that run or were interrupted.",
        description = "What was interrupted can go on where it was, or be given up.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE},
        footer = {"", "Examples:", "  ctl vm operations", "  ctl vm operations --json"})
final class OperationsCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Session session;

    OperationsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<Unfinished> operations = session.operations(vm).all();
        if (json) {
            session.console().raw(OperationsJson.of(operations));
        } else {
            operations.forEach(this::print);
        }
        return 0;
    }

    private void print(Unfinished unfinished) {
        Console console = session.console();
        var operation = unfinished.operation();
        console.heading(operation.id().text());
        console.line("  " + unfinished.progress());
        console.line("  Started: %s by %s".formatted(operation.started(), operation.actor().user()));
        if (unfinished.running()) {
            console.line("  Running: process %d".formatted(operation.actor().process().pid()));
        } else {
            console.line("  Interrupted: "
                    + operation.interrupted().map(event -> event.reason()).orElse("its process died"));
            console.line("  Next: ctl vm resume %s, or ctl vm abandon %s".formatted(operation.id(), operation.id()));
        }
    }
}
