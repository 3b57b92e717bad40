package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.query.MeasureUsage.Freed;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.run.ResumeOperation;
import java.util.List;

/** {@code ctl vm abandon}. */
public final class AbandonCommand implements Command {

    private static final Parameter ID = Parameter.atMostOne("ID", ArgumentType.OPERATION,
            "Operation to abandon (default: all interrupted operations).");

    @Override
    public Syntax syntax() {
        return Syntax.of("abandon", "Abandon interrupted operations.",
                "Everything that they have written so far is removed, and the inventory is as it was before they "
                        + "started.")
                .parameters(ID)
                .exitCodes(DONE, FAILED, USAGE, NOT_FOUND, BUSY)
                .examples("ctl vm abandon", "ctl vm abandon 20261123-120501-k7qx");
    }

    @Override
    public int run(Arguments given, Session session) {
        List<Unfinished> chosen = new ListOperations(session.context()).chosen(given.atMostOne(ID));
        Freed freed = new MeasureUsage(session.context())
                .freedByAbandoning(chosen.stream().map(Unfinished::operation).toList());
        for (Unfinished unfinished : chosen) {
            new ResumeOperation(session.contextForChange(), false).abandon(unfinished.operation().id());
            session.console().ok("abandon " + unfinished.operation().request().describe());
        }
        session.console().freed(freed);
        return 0;
    }
}
