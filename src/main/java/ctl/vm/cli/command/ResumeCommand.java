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
            "Go on although a process has an image open that is to be copied, replaced, renamed or deleted; a copy fails if"
                    + " its source is written to meanwhile.");
    private static final Parameter ID = Parameter.atMostOne("ID", ArgumentType.OPERATION,
            "Operation to go on with (default: all).");

    @Override
    public Syntax syntax() {
        return Syntax.of("resume", "Go on with interrupted operations.",
                "They go on from what is durable. To repeat the command that was interrupted does the same, also where it"
                        + " would delete or replace what has changed since, which this refuses.")
                .options(WHILE_IN_USE)
                .parameters(ID)
                .exitCodes(ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.NOT_FOUND, ExitCodes.BUSY,
                        ExitCodes.UNSAFE)
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
