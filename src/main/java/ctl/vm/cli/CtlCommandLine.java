package ctl.vm.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The whole command line, {@code ctl} and everything below it. */
public final class CtlCommandLine {

    /** They are about interrupted work themselves. */
    private static final Set<String> NEEDS_NO_HINT = Set.of("operations", "resume", "abandon");

    private CtlCommandLine() {}

    /** Parses the arguments, runs the command that they name, prints its result; returns the exit code. */
    public static int run(Session session, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine vm = new CommandLine(new VmCommand());
        Map<String, Supplier<Object>> commands = commands(session);
        named(arguments, commands.keySet())
                .<Collection<Supplier<Object>>>map(name -> List.of(commands.get(name)))
                .orElseGet(commands::values)
                .forEach(command -> vm.addSubcommand(command.get()));
        ProblemPrinter printer = new ProblemPrinter(session.console());
        return new CommandLine(new Ctl())
                .addSubcommand(vm)
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setExecutionStrategy(parsed -> runAndHint(session, parsed))
                .setExecutionExceptionHandler(printer)
                .setParameterExceptionHandler(printer)
                .execute(arguments);
    }

    /** In the order in which the help lists them. */
    private static Map<String, Supplier<Object>> commands(Session session) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("create", () -> new CreateCommand(session));
        commands.put("list", () -> new ListCommand(session));
        commands.put("clone", () -> new CloneCommand(session));
        commands.put("export", () -> new ExportCommand(session));
        commands.put("import", () -> new ImportCommand(session));
        commands.put("delete", () -> new DeleteCommand(session));
        commands.put("audit", () -> new AuditCommand(session));
        commands.put("operations", () -> new OperationsCommand(session));
        commands.put("resume", () -> new ResumeCommand(session));
        commands.put("abandon", () -> new AbandonCommand(session));
        commands.put("reconcile", () -> new ReconcileCommand(session));
        commands.put("help", HelpCommand::new);
        return commands;
    }

    /**
     * The one command that is wanted, where that is plain to see: then the others need not be looked into, which would take
     * longer than most commands themselves. Empty for whatever may be about all of them.
     */
    private static Optional<String> named(String[] arguments, Set<String> commands) {
        int word = 1;
        if (word < arguments.length && arguments[word].equals("--root")) {
            word += 2;
        } else if (word < arguments.length && arguments[word].startsWith("--root=")) {
            word++;
        }
        return word < arguments.length && arguments[0].equals("vm") && commands.contains(arguments[word])
                && !arguments[word].equals("help")
                        ? Optional.of(arguments[word])
                        : Optional.empty();
    }

    private static int runAndHint(Session session, ParseResult parsed) {
        int exitCode = new RunLast().execute(parsed);
        if (!parsed.hasSubcommand() || !NEEDS_NO_HINT.contains(innermost(parsed))) {
            session.hintAtInterruptedWork();
        }
        return exitCode;
    }

    private static String innermost(ParseResult parsed) {
        List<CommandLine> commands = parsed.asCommandLineList();
        return commands.getLast().getCommandName();
    }

    /** {@code ctl}: nothing of its own. */
    @Command(name = "ctl", header = "Command line tools for S2E.", synopsisSubcommandLabel = "COMMAND")
    private static final class Ctl implements Runnable {

        @Spec
        private CommandSpec spec;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help and exit.")
        private boolean help;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "Missing required command");
        }
    }
}
