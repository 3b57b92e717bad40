package ctl.vm.cli;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Shows what went wrong: a problem as one line on stderr, or as JSON on stdout where {@code --json} was given. Anything
 * else is our bug and is shown whole.
 */
final class ProblemPrinter implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final Console console;

    ProblemPrinter(Console console) {
        this.console = console;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        if (failure instanceof VmException known) {
            return show(known.problem(), command.getParent() != null && wantsJson(parsed));
        }
        throw failure;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String help = "\"%s --help\"".formatted(command.getCommandSpec().qualifiedName());
        String reason = failure.getMessage().lines().findFirst().orElse("the command line is wrong");
        var problem = new Misuse.BadCommandLine(reason + suggestion(failure), help);
        return show(problem, List.of(arguments).contains("--json"));
    }

    private int show(Problem problem, boolean json) {
        if (json) {
            console.raw(json(problem));
        } else {
            console.fail(problem);
        }
        return problem.exitCode();
    }

    private static boolean wantsJson(ParseResult parsed) {
        ParseResult innermost = parsed;
        while (innermost.hasSubcommand()) {
            innermost = innermost.subcommand();
        }
        return innermost.hasMatchedOption("--json");
    }

    private static String suggestion(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            return ": did you mean %s?".formatted(unmatched.getSuggestions().getFirst());
        }
        return "";
    }

    private static String json(Problem problem) {
        return Json.compact(json -> {
            json.writeObjectFieldStart("error");
            json.writeStringField("message", problem.message());
            json.writeStringField("nextStep", problem.nextStep());
            json.writeNumberField("exitCode", problem.exitCode());
            json.writeEndObject();
        });
    }
}
