package ctl.vm.cli;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.output.Json;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;

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
        return Json.compact(json -> {
            json.writeObjectFieldStart("error");
            json.writeStringField("message", problem.message());
            json.writeStringField("nextStep", problem.nextStep());
            json.writeNumberField("exitCode", problem.exitCode());
            if (problem instanceof Failure.Crash crash && crash.report().isPresent()) {
                json.writeStringField("crashReport", crash.report().get().toString());
            }
            json.writeEndObject();
        });
    }
}
