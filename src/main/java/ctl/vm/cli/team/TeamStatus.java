package ctl.vm.cli.team;

import ctl.vm.cli.command.Command;
import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TerminalEscaper;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.commandline.Arguments;
import ctl.vm.operation.Config;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import ctl.vm.team.JoinedRoot;
import ctl.vm.team.Shipper;
import ctl.vm.team.TeamDatabase;
import ctl.vm.team.TeamRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm team}: how far each root is on the team's server. */
final class TeamStatus {

    private static final String NOTHING = "-";

    private TeamStatus() {}

    /**
     * A root of the team.
     *
     * @param here number of its newest event, as far as that is known
     * @param there number of the newest event on the server; empty where that does not say
     * @param waiting when the oldest event was recorded that is not there
     * @param asOf when it shipped last
     * @param process of this machine that ships its events as they come
     */
    private record Row(String name, boolean isThisRoot, long here, Optional<Long> there, Optional<Instant> waiting,
            Optional<Instant> asOf, Optional<Long> process) {

        static Row of(TeamRoot root) {
            return new Row(root.name(), false, root.localSequence(), Optional.of(root.sequence()), Optional.empty(),
                    Optional.of(root.asOf()), Optional.empty());
        }

        Optional<Long> behind() {
            return there.map(known -> Math.max(0, here - known));
        }
    }

    static int run(Arguments given, Session session, Optional<JoinedRoot> joined) {
        Optional<Problem> problem = Optional.empty();
        Optional<Row> own = joined.map(root -> row(root, Optional.empty()));
        List<Row> rows = new ArrayList<>();
        try {
            if (joined.isPresent()) {
                own = Optional.of(row(joined.get(), Optional.of(shipped(joined.get()))));
            }
            rows.addAll(others(session, joined));
        } catch (VmException failure) {
            problem = Optional.of(failure.problem());
        }
        own.ifPresent(rows::addFirst);
        if (given.has(Command.JSON)) {
            session.console().raw(json(joined, rows, problem));
        } else {
            print(session, rows);
            problem.ifPresent(session.console()::fail);
        }
        return problem.map(Problem::exitCode).orElse(0);
    }

    private static long shipped(JoinedRoot root) {
        try (Shipper shipper = root.shipper()) {
            return shipper.begin().shipped();
        }
    }

    private static Row row(JoinedRoot root, Optional<Long> there) {
        long here = root.end().sequence();
        return new Row(root.membership().name(), true, here, there,
                there.filter(known -> known < here).flatMap(root::timeBehind),
                Optional.empty(), root.shippedBy());
    }

    /** All roots of the team but this one, asked for as any question is; a login that only ships may not see them. */
    private static List<Row> others(Session session, Optional<JoinedRoot> joined) {
        try (TeamDatabase team = session.team()) {
            return team.roots().all().stream()
                    .filter(root -> joined.filter(own -> own.membership().name().equals(root.name())).isEmpty())
                    .map(Row::of)
                    .toList();
        } catch (VmException failure) {
            boolean isOwnLogin = joined.isPresent() && session.config().setting(Config.Key.TEAM_SERVER).value()
                    .equals(joined.get().membership().server());
            if (isOwnLogin && failure.problem() instanceof ServerFailure.NoServerRights) {
                return List.of();
            }
            throw failure;
        }
    }

    private static void print(Session session, List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        Console console = session.console();
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("ROOT", "EVENTS", "SHIPPED", "BEHIND", "SINCE", "SHIPPED BY"));
        rows.forEach(row -> table.add(List.of(
                TerminalEscaper.text(row.name()) + (row.isThisRoot() ? " (this root)" : ""),
                Long.toString(row.here()),
                row.there().map(String::valueOf).orElse("unknown"),
                row.behind().map(String::valueOf).orElse("unknown"),
                row.waiting().or(row::asOf).map(TimeFormat::second).orElse(NOTHING),
                row.isThisRoot() ? row.process().map(pid -> "process " + pid).orElse("no process") : NOTHING)));
        session.layout().table(table).forEach(console::line);
    }

    private static String json(Optional<JoinedRoot> joined, List<Row> rows, Optional<Problem> problem) {
        return Json.pretty(json -> {
            json.put("server", joined.map(JoinedRoot::serverName)).list("roots", rows, TeamStatus::json);
            problem.ifPresent(failure -> json.object("error", error -> json(error, failure)));
        });
    }

    private static void json(Json json, Row row) {
        json.put("name", row.name())
                .put("thisRoot", row.isThisRoot())
                .put("events", row.here())
                .put("shipped", row.there())
                .put("behind", row.behind())
                .put("waitingSince", row.waiting())
                .put("asOf", row.asOf())
                .put("shippedBy", row.process());
    }

    private static void json(Json json, Problem problem) {
        ProblemText text = ProblemText.of(problem);
        json.put("message", text.message())
                .put("nextStep", text.nextStep())
                .put("exitCode", problem.exitCode());
    }
}
