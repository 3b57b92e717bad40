package ctl.vm.cli;

import ctl.vm.inventory.Nearest;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.util.List;
import java.util.Set;
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

    private static final Set<String> DESTROYING = Set.of("delete", "abandon");

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
        var problem = new Misuse.BadCommandLine(reason(failure, command), help);
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

    private static String reason(ParameterException failure, CommandLine command) {
        if (failure instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().getFirst();
            if (command.getSubcommands().isEmpty()) {
                return "%s is not expected here".formatted(word);
            }
            return "there is no command %s%s".formatted(word, suggestion(word, command));
        }
        return failure.getMessage().lines().findFirst().orElse("the command line is wrong");
    }

    /** Never one that destroys: a typing error must not lead there. */
    private static String suggestion(String word, CommandLine command) {
        List<String> harmless = command.getSubcommands().keySet().stream()
                .filter(name -> !DESTROYING.contains(name))
                .toList();
        return Nearest.to(word, harmless).map(": did you mean %s?"::formatted).orElse("");
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
