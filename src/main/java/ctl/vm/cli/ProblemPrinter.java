package ctl.vm.cli;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.problem.Failure;
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
        return Json.compact(json -> json.object("error", error -> error
                .put("message", ProblemText.of(problem).message())
                .put("nextStep", ProblemText.of(problem).nextStep())
                .put("exitCode", problem.exitCode())
                .put("crashReport", problem instanceof Failure.Crash crash ? crash.report() : Optional.empty())));
    }
}
