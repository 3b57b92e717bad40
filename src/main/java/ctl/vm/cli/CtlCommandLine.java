package ctl.vm.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
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
        CommandLine vm = new CommandLine(new VmCommand())
                .addSubcommand(new CreateCommand(session))
                .addSubcommand(new ListCommand(session))
                .addSubcommand(new CloneCommand(session))
                .addSubcommand(new ExportCommand(session))
                .addSubcommand(new ImportCommand(session))
                .addSubcommand(new DeleteCommand(session))
                .addSubcommand(new AuditCommand(session))
                .addSubcommand(new OperationsCommand(session))
                .addSubcommand(new ResumeCommand(session))
                .addSubcommand(new AbandonCommand(session))
                .addSubcommand(new ReconcileCommand(session))
                .addSubcommand(new HelpCommand());
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
