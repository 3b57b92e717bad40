package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.run.ResumeOperation.Stuck;
import ctl.vm.operation.run.ResumeOperation;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.VmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm resume}. */
public final class ResumeCommand implements Command {

    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Resume even if a process has an image open that is to be copied, replaced, renamed or deleted; a "
                    + "copy fails if its source is written to meanwhile.");
    private static final Option AS = Option.valued("--as", "NEWNAME", ArgumentType.ANY,
            "Give the VM that a create, clone or import makes another name, where its own was taken meanwhile.");
    private static final Option HOST_IS_DOWN = Option.flag("--host-is-down",
            "Take the operation over from another host that shares the folder, although its time is not over.");
    private static final Option YES = Option.flag("-y, --yes", "Do not ask.");
    private static final Parameter ID = Parameter.atMostOne("ID", ArgumentType.OPERATION,
            "Operation to resume (default: all).");

    @Override
    public Syntax syntax() {
        return Syntax.of("resume", "Resume interrupted operations.",
                "They continue from what is already durable. Repeating the interrupted command does the same, and "
                        + "also deletes or replaces what has changed since, which this command refuses.")
                .options(AS, WHILE_IN_USE, HOST_IS_DOWN, YES)
                .parameters(ID)
                .exitCodes(DONE, FAILED, USAGE, NOT_FOUND, EXISTS, BUSY, UNSAFE)
                .examples("ctl vm resume", "ctl vm resume 20261123-120501-k7qx",
                        "ctl vm resume 20261123-120501-k7qx --as MyNewBox");
    }

    @Override
    public int run(Arguments given, Session session) {
        Optional<VmName> name = given.value(AS).map(VmName::new);
        if (name.isPresent() && given.atMostOne(ID).isEmpty()) {
            throw given.wrong("--as needs the ID of an operation: \"ctl vm operations\" lists them");
        }
        if (given.has(HOST_IS_DOWN) && given.atMostOne(ID).isEmpty()) {
            throw given.wrong("--host-is-down needs the ID of an operation: \"ctl vm operations\" lists them");
        }
        List<Unfinished> chosen = new ListOperations(session.context()).chosen(given.atMostOne(ID));
        if (given.has(HOST_IS_DOWN) && !given.has(YES) && !RequestRunner.isHostDown(chosen, session)) {
            return RequestRunner.ANSWERED_NO;
        }
        if (given.atMostOne(ID).isPresent()) {
            chosen.forEach(unfinished -> resume(given, session, unfinished.operation(), name));
            return 0;
        }
        if (chosen.isEmpty()) {
            session.console().hint("no operation was interrupted");
        }
        List<Stuck> stuck = new ArrayList<>();
        for (Unfinished unfinished : chosen) {
            try {
                resume(given, session, unfinished.operation(), name);
            } catch (VmException failed) {
                if (failed.problem() instanceof Cancelled) {
                    throw failed;
                }
                // What stops one of them does not stop the others; all that is left undone is said in the end.
                stuck.add(new Stuck(unfinished, failed.problem(), true));
            }
        }
        return new StuckOperations(stuck).show(session.console());
    }

    private static void resume(Arguments given, Session session, OpenOperation operation, Optional<VmName> name) {
        var resume = new ResumeOperation(
                session.contextForChange(), given.has(WHILE_IN_USE), given.has(HOST_IS_DOWN));
        Request request = name.filter(_ -> operation.request().bringsIn()).map(operation.request()::under)
                .orElse(operation.request());
        RequestRunner.summedUp(session, request, () -> name.ifPresentOrElse(
                other -> resume.resume(operation.id(), other), () -> resume.resume(operation.id())));
    }
}
