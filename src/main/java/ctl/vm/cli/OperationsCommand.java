package ctl.vm.cli;

import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax;
import ctl.vm.operation.ListOperations.Unfinished;
import java.util.List;

/** {@code ctl vm operations}. */
final class OperationsCommand implements Command {

    private static final Option JSON = Option.flag("--json", "Print JSON.");

    @Override
    public Syntax syntax() {
        return Syntax.of("operations", "List operations that run or were interrupted.",
                "What was interrupted can go on where it was, or be given up.")
                .options(JSON)
                .exitCodes(ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE)
                .examples("ctl vm operations", "ctl vm operations --json");
    }

    @Override
    public int run(Arguments given, Session session) {
        List<Unfinished> operations = session.operations().all();
        if (given.has(JSON)) {
            session.console().raw(OperationsJson.of(operations));
        } else {
            operations.forEach(operation -> print(operation, session.console()));
        }
        return 0;
    }

    private static void print(Unfinished unfinished, Console console) {
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
