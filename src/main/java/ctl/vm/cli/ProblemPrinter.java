package ctl.vm.cli;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Fate;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Problem;
import java.util.Optional;

/** Shows what went wrong: as one line on stderr, or as JSON on stdout where {@code --json} was given. */
final class ProblemPrinter {

    private ProblemPrinter() {}

    /** Returns the exit code. */
    static int show(Problem problem, Console console, boolean json) {
        if (json) {
            console.raw(json(problem));
        } else {
            console.fail(problem);
        }
        return problem.exitCode();
    }

    private static String json(Problem problem) {
        return Json.compact(json -> json.object("error", error -> {
            write(error, problem);
            if (problem instanceof NotFound missing) {
                missing.fate().ifPresent(fate -> error.object("missing", one -> write(one, fate)));
            }
        }));
    }

    private static void write(Json missing, Fate fate) {
        missing.put("name", fate.name());
        fate.when().ifPresent(when -> missing.put("time", when.time()));
        switch (fate) {
            case Fate.Trashed trashed -> missing.put("became", "trashed").put("by", trashed.by());
            case Fate.Freed freed -> missing.put("became", "freed").put("by", freed.by());
            case Fate.Renamed renamed -> missing.put("became", "renamed").put("now", renamed.now())
                    .put("byHand", renamed.byHand());
            case Fate.RemovedByHand _ -> missing.put("became", "removed-by-hand");
        }
    }

    private static void write(Json error, Problem problem) {
        error
                .put("message", ProblemText.of(problem).message())
                .put("nextStep", ProblemText.of(problem).nextStep())
                .put("exitCode", problem.exitCode())
                .put("crashReport", problem instanceof Failure.Crash crash ? crash.report() : Optional.empty());
    }
}
