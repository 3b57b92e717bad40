package ctl.vm.cli;

import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Help;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parser;
import ctl.vm.commandline.Syntax;
import ctl.vm.commandline.Words;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Nearest;
import ctl.vm.problem.VmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The whole command line: {@code ctl}, {@code ctl vm}, and the commands behind that. */
public final class CtlCommandLine {

    private static final String PROGRAM = "ctl vm";
    private static final String HELP = "\"ctl vm --help\"";

    private static final Option ROOT = Option.valued("--root", "DIR", Words.FOLDER,
            "Folder that holds vm/ and journal/.");
    private static final List<Option> SHARED = List.of(ROOT, Help.OPTION);

    /** In the order in which the help lists them. Only the one that is wanted is made: that is faster. */
    private static final Map<String, Supplier<Command>> COMMANDS = commands();

    /** They are about interrupted work themselves; and verify changes nothing, not even the listing that a hint may refresh. */
    private static final Set<String> NEEDS_NO_HINT = Set.of("operations", "resume", "abandon", "verify");

    /** Never suggested: a typing error must not lead there. */
    private static final Set<String> DESTROYING = Set.of("delete", "abandon");

    private final Session session;

    private CtlCommandLine(Session session) {
        this.session = session;
    }

    private static Map<String, Supplier<Command>> commands() {
        Map<String, Supplier<Command>> commands = new LinkedHashMap<>();
        commands.put("create", CreateCommand::new);
        commands.put("list", ListCommand::new);
        commands.put("clone", CloneCommand::new);
        commands.put("export", ExportCommand::new);
        commands.put("import", ImportCommand::new);
        commands.put("delete", DeleteCommand::new);
        commands.put("audit", AuditCommand::new);
        commands.put("diff", DiffCommand::new);
        commands.put("operations", OperationsCommand::new);
        commands.put("resume", ResumeCommand::new);
        commands.put("abandon", AbandonCommand::new);
        commands.put("reconcile", ReconcileCommand::new);
        commands.put("verify", VerifyCommand::new);
        return commands;
    }

    /** What can be typed behind {@code ctl vm}, for whoever describes it: with the options that all commands share. */
    public static List<Syntax> syntaxes() {
        return COMMANDS.values().stream().map(command -> command.get().syntax().with(SHARED)).toList();
    }

    /**
     * Parses the arguments, runs the command that they name and prints its result.
     *
     * @return the exit code
     */
    public static int run(Session session, List<String> arguments) {
        try {
            return new CtlCommandLine(session).ctl(arguments);
        } catch (VmException failed) {
            return ProblemPrinter.show(failed.problem(), session.console(), arguments.contains("--json"));
        }
    }

    private int ctl(List<String> words) {
        String first = words.isEmpty() ? "" : words.getFirst();
        return switch (first) {
            case "vm" -> vm(words.subList(1, words.size()));
            case "-h", "--help", "help" -> print(Help.of("ctl", "Command line tools for S2E.", List.of(),
                    List.of(Syntax.of("vm", header())), List.of()));
            case "" -> throw wrong("a command is missing", "\"ctl --help\"");
            default -> throw wrong("there is no command " + first, "\"ctl --help\"");
        };
    }

    /** Options that all commands share may stand before the command as well as behind it. */
    private int vm(List<String> words) {
        List<String> before = new ArrayList<>();
        int next = 0;
        while (next < words.size() && words.get(next).startsWith("-")) {
            before.add(words.get(next));
            next += words.get(next).equals(ROOT.name()) ? 2 : 1;
        }
        List<String> shared = words.subList(0, Math.min(next, words.size()));
        Arguments given = Parser.parse(Syntax.of("", "").options(ROOT, Help.OPTION), HELP, shared);
        if (given.has(Help.OPTION)) {
            return print(overview());
        }
        moveRoot(given);
        if (next >= words.size()) {
            throw wrong("a command is missing", HELP);
        }
        return command(words.get(next), words.subList(next + 1, words.size()));
    }

    private int command(String name, List<String> words) {
        if (name.equals("help")) {
            return words.isEmpty() ? print(overview()) : print(help(syntax(words.getFirst())));
        }
        Command command = named(name).get();
        Syntax syntax = command.syntax().with(SHARED);
        Arguments given = Parser.parse(syntax, "\"%s %s --help\"".formatted(PROGRAM, name), words);
        if (given.has(Help.OPTION)) {
            return print(help(syntax));
        }
        moveRoot(given);
        int exitCode = command.run(given, session);
        if (!NEEDS_NO_HINT.contains(name)) {
            session.hintAtInterruptedWork();
        }
        return exitCode;
    }

    private Syntax syntax(String name) {
        return named(name).get().syntax().with(SHARED);
    }

    private static Supplier<Command> named(String name) {
        return Optional.ofNullable(COMMANDS.get(name))
                .orElseThrow(() -> wrong("there is no command %s%s".formatted(name, suggestion(name)), HELP));
    }

    private static String suggestion(String word) {
        List<String> harmless = COMMANDS.keySet().stream().filter(name -> !DESTROYING.contains(name)).toList();
        return Nearest.to(word, harmless).map(": did you mean %s?"::formatted).orElse("");
    }

    private void moveRoot(Arguments given) {
        given.value(ROOT).ifPresent(folder -> {
            if (folder.isEmpty()) {
                throw wrong("--root names no folder", HELP);
            }
            session.moveTo(folder);
        });
    }

    private int print(String help) {
        session.console().raw(help);
        return 0;
    }

    private static String help(Syntax syntax) {
        return Help.of(PROGRAM, syntax);
    }

    private static String overview() {
        return Help.of(PROGRAM, header(), SHARED, syntaxes(), List.of(
                "A VM is a folder vm/NAME below the root, with disk.s2e and its snapshots disk.s2e.SNAPSHOT.",
                "The root is --root, else $CTL_ROOT, else $S2EDIR, else the folder that ctl stands in.",
                "\"ctl vm COMMAND --help\" explains a command and shows examples."));
    }

    private static String header() {
        return "Manage VMs and their snapshots in a folder of raw QEMU/S2E disk images.";
    }

    private static RuntimeException wrong(String reason, String help) {
        return new Misuse.BadCommandLine(reason, help).thrown();
    }
}
