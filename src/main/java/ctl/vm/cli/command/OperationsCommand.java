package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.question.TeamOperations;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import java.util.ArrayList;
import java.util.List;

/** {@code ctl vm operations}. */
public final class OperationsCommand implements Command {

    @Override
    public Syntax syntax() {
        return Syntax.of("operations", "List running and interrupted operations.",
                "An interrupted operation can be resumed where it stopped, or abandoned.",
                "Of another root it is known that an operation has not ended, and not whether it runs.")
                .options(JSON, TeamQuestion.TEAM, TeamQuestion.IN)
                .exitCodes(DONE, FAILED, USAGE, NO_ROOT, SERVER)
                .examples("ctl vm operations", "ctl vm operations --json", "ctl vm operations --team");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return true;
    }

    @Override
    public int run(Arguments given, Session session) {
        if (TeamQuestion.isAsked(given)) {
            TeamOperations.print(given, given.has(JSON), session);
            return 0;
        }
        List<Unfinished> operations = new ListOperations(session.context()).all();
        if (given.has(JSON)) {
            session.console().raw(json(operations));
        } else if (operations.isEmpty()) {
            session.console().hint("no operation is running or was interrupted");
        } else {
            operations.forEach(operation -> print(operation, session));
        }
        return 0;
    }

    private static void print(Unfinished unfinished, Session session) {
        session.console().heading(unfinished.operation().id().text());
        lines(unfinished).stream()
                .flatMap(line -> session.layout().wrapped("  " + line, "    ").stream())
                .forEach(session.console()::line);
    }

    private static List<String> lines(Unfinished unfinished) {
        var operation = unfinished.operation();
        List<String> lines = new ArrayList<>(List.of(
                unfinished.progress(),
                "Started: %s by %s".formatted(
                        TimeFormat.second(operation.started()), operation.actor().user())));
        if (unfinished.running()) {
            lines.add(unfinished.elsewhere()
                    .map(other -> "Running: process %d on host %s, since %s, renewed until %s".formatted(
                            other.pid(), other.host(), TimeFormat.second(other.since()),
                            TimeFormat.second(other.until())))
                    .orElseGet(() -> "Running: process %d".formatted(operation.actor().process().pid())));
        } else {
            lines.add("Interrupted: "
                    + operation.interrupted().map(event -> event.reason()).orElse("its process died"));
            lines.add("Next: ctl vm resume %s%s, or ctl vm abandon %s".formatted(
                    operation.id(), isNameTaken(operation) ? " --as NEWNAME" : "", operation.id()));
        }
        return lines;
    }

    /** Whether it stopped because something else has the name of its VM. */
    private static boolean isNameTaken(OpenOperation operation) {
        return operation.request().bringsIn() && operation.staged().isPresent()
                && operation.interrupted().filter(event -> event.exitCode() == EXISTS.number()).isPresent();
    }

    private static String json(List<Unfinished> operations) {
        return Json.pretty(json -> json.list("operations", operations, OperationsCommand::write));
    }

    private static void write(Json json, Unfinished unfinished) {
        OpenOperation operation = unfinished.operation();
        Actor.ProcessIdentity process = operation.actor().process();
        json.put("id", operation.id())
                .put("what", operation.request().describe())
                .put("started", operation.started())
                .put("by", operation.actor().user())
                .put("durableBytes", operation.durable())
                .put("state", unfinished.running() ? "running" : "interrupted")
                .put("host", unfinished.elsewhere().map(ListOperations.Elsewhere::host))
                .put("reason", operation.interrupted().map(Event.OperationInterrupted::reason))
                .object("process", one -> one
                        .put("pid", process.pid())
                        .put("startTicks", process.startTicks())
                        .put("bootId", process.bootId()));
    }
}
