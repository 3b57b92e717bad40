package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.commandline.Syntax;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.query.MeasureUsage.Freed;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.run.ResumeOperation;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm abandon}. */
public final class AbandonCommand implements Command {

    private static final Option YES = Option.flag("-y, --yes", "Do not ask.");
    private static final Option ALL = Option.flag("--all", "Abandon all interrupted operations.");
    private static final Option HOST_IS_DOWN = Option.flag("--host-is-down",
            "Take the operation over from another host that shares the folder, although its time is not over.");
    private static final Parameter ID = Parameter.atMostOne("ID", ArgumentType.OPERATION,
            "Operation to abandon (default: all interrupted operations, after a question).");

    @Override
    public Syntax syntax() {
        return Syntax.of("abandon", "Abandon interrupted operations.",
                "Everything that they have written so far is removed, and the inventory is as it was before they "
                        + "started.",
                "Without ID and --all, it lists what it would abandon, and asks.")
                .options(ALL, HOST_IS_DOWN, YES)
                .parameters(ID)
                .exitCodes(DONE, new ExitCode(1, "failed, or answered no"), USAGE, NOT_FOUND, BUSY, UNSAFE)
                .examples("ctl vm abandon", "ctl vm abandon --all", "ctl vm abandon 20261123-120501-k7qx");
    }

    @Override
    public int run(Arguments given, Session session) {
        Optional<String> id = given.atMostOne(ID);
        if (id.isPresent() && given.has(ALL)) {
            throw given.wrong("--all cannot be used with an ID");
        }
        if (given.has(HOST_IS_DOWN) && id.isEmpty()) {
            throw given.wrong("--host-is-down needs the ID of an operation: \"ctl vm operations\" lists them");
        }
        List<Unfinished> chosen = new ListOperations(session.context()).chosen(id);
        if (given.has(HOST_IS_DOWN) && !given.has(YES) && !RequestRunner.isHostDown(chosen, session)) {
            return RequestRunner.ANSWERED_NO;
        }
        if (chosen.isEmpty()) {
            session.console().hint("no operation was interrupted");
            return 0;
        }
        boolean asks = id.isEmpty() && !given.has(ALL) && !given.has(YES);
        if (asks && !isConfirmed(chosen, session)) {
            return RequestRunner.ANSWERED_NO;
        }
        Freed freed = new MeasureUsage(session.context())
                .freedByAbandoning(chosen.stream().map(Unfinished::operation).toList());
        for (Unfinished unfinished : chosen) {
            new ResumeOperation(session.contextForChange(), false, given.has(HOST_IS_DOWN))
                    .abandon(unfinished.operation().id());
            session.console().ok("abandon " + unfinished.operation().request().describe());
        }
        session.console().freed(freed);
        return 0;
    }

    /** What is given up may have taken hours. */
    private static boolean isConfirmed(List<Unfinished> chosen, Session session) {
        chosen.forEach(unfinished -> session.console().line("%s (ctl vm abandon %s)".formatted(
                unfinished.progress(), unfinished.operation().id())));
        boolean isYes = session.console().confirm("Abandon %s?".formatted(
                Pluralizer.of(chosen.size(), "interrupted operation")));
        if (!isYes) {
            session.console().skip("nothing was abandoned");
        }
        return isYes;
    }
}
