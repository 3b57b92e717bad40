package ctl.vm.cli.command;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.cli.view.LeftUndone;
import ctl.vm.operation.run.ResumeOperation.Stuck;
import java.util.List;
import java.util.Optional;

/** Interrupted operations that a command could not end: the first decides the exit code. */
final class StuckOperations {

    private final List<Stuck> stuck;

    StuckOperations(List<Stuck> stuck) {
        this.stuck = List.copyOf(stuck);
    }

    /** Empty where all have ended. */
    Optional<LeftUndone> leftUndone() {
        return stuck.stream().findFirst().map(first -> new LeftUndone(
                (stuck.size() > 1 ? "%d operations are left undone; ".formatted(stuck.size()) : "") + describe(first),
                ProblemText.of(first.why()).nextStep(),
                first.why().exitCode()));
    }

    /** Says it in one line, after a warning for each of the others. Returns the exit code. */
    int show(Console console) {
        warnOfOthers(console);
        return leftUndone().map(left -> console.fail(left.message(), left.nextStep(), left.exitCode())).orElse(0);
    }

    void warnOfOthers(Console console) {
        stuck.stream().skip(1).map(StuckOperations::describe).forEach(console::warn);
    }

    private static String describe(Stuck operation) {
        return "%s: %s".formatted(operation.interrupted().operation().request().describe(),
                ProblemText.of(operation.why()).message());
    }
}
