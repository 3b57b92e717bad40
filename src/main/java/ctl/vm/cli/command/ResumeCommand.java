package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.run.ResumeOperation;

/** {@code ctl vm resume}. */
public final class ResumeCommand implements Command {

    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Resume even if a process has an image open that is to be copied, replaced, renamed or deleted; a "
                    + "copy fails if its source is written to meanwhile.");
    private static final Parameter ID = Parameter.atMostOne("ID", ArgumentType.OPERATION,
            "Operation to resume (default: all).");

    @Override
    public Syntax syntax() {
        return Syntax.of("resume", "Resume interrupted operations.",
                "They continue from what is already durable. Repeating the interrupted command does the same, and "
                        + "also deletes or replaces what has changed since, which this command refuses.")
                .options(WHILE_IN_USE)
                .parameters(ID)
                .exitCodes(DONE, FAILED, USAGE, NOT_FOUND, BUSY, UNSAFE)
                .examples("ctl vm resume", "ctl vm resume 20261123-120501-k7qx");
    }

    @Override
    public int run(Arguments given, Session session) {
        new ListOperations(session.context())
                .chosen(given.atMostOne(ID))
                .stream()
                .map(Unfinished::operation)
                .forEach(operation -> RequestRunner.summedUp(session, operation.request(),
                        () -> new ResumeOperation(session.contextForChange(), given.has(WHILE_IN_USE))
                                .resume(operation.id())));
        return 0;
    }
}
