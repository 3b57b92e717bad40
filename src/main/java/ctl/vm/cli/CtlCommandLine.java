package ctl.vm.cli;

import ctl.vm.cli.command.Command;
import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.Terminal;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Completion;
import ctl.vm.commandline.Help;
import ctl.vm.commandline.ManPage;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parser;
import ctl.vm.commandline.Syntax;
import ctl.vm.operation.DiskFailures;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.operation.query.MissingName;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The whole command line: {@code ctl}, {@code ctl vm}, and the commands behind that. */
public final class CtlCommandLine {

    private static final String PROGRAM = "ctl vm";
    private static final String HEADER = "Manage VMs and their snapshots in a folder of raw QEMU/S2E disk images.";
    private static final List<String> FOOTER = List.of(
            "A VM is a folder vm/NAME below the root, with disk.s2e and its snapshots disk.s2e.SNAPSHOT.",
            "The root is the folder given by --root, $CTL_ROOT or $S2EDIR, in this order; without any of them it "
                    + "is the checkout that holds ctl, or ~/.local/share/ctl if ctl is installed.",
            "ls, cp, mv, rm, log and show are aliases of list, clone, rename, delete, audit and info.",
            "\"ctl vm COMMAND --help\" explains a command and shows examples.");
    static final String HELP = "\"ctl vm --help\"";

    private static final Option ROOT = Option.valued("--root", "DIR", ArgumentType.FOLDER,
            "Folder that holds vm/ and journal/.");
    private static final Option VERSION = Option.flag("--version", "Show the version and exit.");
    private static final Option COLOUR = Option.valued("--color", "WHEN", ArgumentType.of(Terminal.Colour.class),
            "Use bold and colours: auto (on a terminal, unless $NO_COLOR is set), always or never.");
    private static final Option QUIET = Option.flag("-q, --quiet",
            "Print only results, warnings and failures: no status lines and no hints.");
    private static final Option VERBOSE = Option.flag("-v, --verbose",
            "Also print the root and how long each step took.");
    private static final Option NO_PAGER = Option.flag("--no-pager",
            "Do not page long results through $CTL_PAGER, $PAGER or less.");
    private static final List<Option> SHARED = List.of(ROOT, COLOUR, QUIET, VERBOSE, NO_PAGER, Help.OPTION);

    /** What can stand before a command. */
    private static final List<Option> OVERVIEW = List.of(
            ROOT, COLOUR, QUIET, VERBOSE, NO_PAGER, VERSION, Help.OPTION);

    /** The help of a command has to fit on a screen: the shared options are explained elsewhere. */
    private static final List<Option> SHOWN = List.of(Help.OPTION);
    private static final String SHARED_NOTE = "Options shared by all commands: \"ctl vm --help\".";

    /**
     * The first three are about interrupted work themselves; verify must not even refresh the listing, as a hint may
     * do.
     */
    private static final Set<String> NEEDS_NO_HINT = Set.of("operations", "resume", "abandon", "verify");

    /**
     * Help is printed, as git does it, but a script whose command is an empty variable must not take that for success.
     */
    private static final int NO_COMMAND = 2;

    private final Session session;
    private boolean mayPage = true;

    private CtlCommandLine(Session session) {
        this.session = session;
    }

    /** What can be typed behind each command, with the options that all share. */
    static List<Syntax> syntaxes() {
        return Commands.all().map(entry -> entry.command().get().syntax().with(SHARED)).toList();
    }

    /** The names of the manual pages: {@code vm}, and all commands. */
    public static List<String> manualPages() {
        return Stream.concat(Stream.of("vm"), Commands.all().map(Commands.Entry::name)).toList();
    }

    /**
     * A manual page in the language of {@code man(7)}.
     *
     * @param version of the program, with its name
     * @param date of that version, {@code YYYY-MM-DD}
     */
    public static String manualPage(String name, String version, String date) {
        ManPage page = new ManPage(version, date);
        return name.equals("vm")
                ? page.of(PROGRAM, HEADER, OVERVIEW, syntaxes(), FOOTER)
                : page.of(PROGRAM, Commands.named(name).command().get().syntax().with(SHARED));
    }

    /** What the launcher needs to know of the commands: a function of bash. */
    public static String launcherFunction() {
        return Commands.launcherFunction();
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
            return fail(explained(session, failed.problem()), arguments, session.console());
        } catch (UncheckedIOException failed) {
            return fail(DiskFailures.explain(failed).problem(), arguments, session.console());
        } catch (InternalError | ExceptionInInitializerError | NoClassDefFoundError | OutOfMemoryError broken) {
            Optional<Problem> refusal = DiskFailures.refusal(broken);
            if (refusal.isPresent()) {
                return fail(refusal.get(), arguments, session.console());
            }
            if (broken instanceof OutOfMemoryError) {
                throw broken;
            }
            Throwable first = first(broken);
            if (first instanceof RuntimeException) {
                throw broken;
            }
            String reason = first instanceof InternalError known ? known.getMessage() : first.toString();
            return fail(new Failure.JavaBroken(String.valueOf(reason)), arguments, session.console());
        }
    }

    /** What is missing may be in the trash, or have another name: that is looked up only now. */
    private static Problem explained(Session session, Problem problem) {
        return switch (problem) {
            case NotFound.NoSuchVm _, NotFound.NoSuchSnapshot _, NotFound.NotInTrash _ ->
                new MissingName(session.context()).explained(problem);
            default -> problem;
        };
    }

    /**
     * Shows what went wrong.
     *
     * @return the exit code
     */
    public static int fail(Problem problem, List<String> arguments, Console console) {
        return ProblemPrinter.show(problem, console, arguments.contains(Command.JSON.name()));
    }

    /** The first cause: a bug of ours, or something that Java could not load. */
    private static Throwable first(Throwable broken) {
        Throwable first = broken;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first;
    }

    private int ctl(List<String> words) {
        String first = words.isEmpty() ? "" : words.getFirst();
        return switch (first) {
            case "vm" -> vm(words.subList(1, words.size()));
            case "-h", "--help", "help" -> print(ctlHelp());
            case "--version" -> print(session.version() + "\n");
            case "" -> {
                print(ctlHelp());
                yield NO_COMMAND;
            }
            default -> throw new Misuse.Mistyped("command", first, Optional.empty(), "\"ctl --help\"").thrown();
        };
    }

    /** Options that all commands share may stand before the command as well as behind it. */
    private int vm(List<String> words) {
        int next = 0;
        while (next < words.size() && words.get(next).startsWith("-")) {
            next += List.of(ROOT.name(), COLOUR.name()).contains(words.get(next)) ? 2 : 1;
        }
        List<String> shared = words.subList(0, Math.min(next, words.size()));
        Arguments given = Parser.parse(Syntax.of("", "").with(OVERVIEW), HELP, shared);
        mayPage = !given.has(NO_PAGER);
        if (given.has(Help.OPTION)) {
            return print(overview());
        }
        if (given.has(VERSION)) {
            return print(session.version() + "\n");
        }
        prepare(given);
        if (next >= words.size()) {
            print(overview());
            return NO_COMMAND;
        }
        return command(words.get(next), words.subList(next + 1, words.size()));
    }

    private int command(String name, List<String> words) {
        if (name.equals(Commands.COMPLETE)) {
            return complete(words);
        }
        if (name.equals(Commands.HELP)) {
            return words.isEmpty() ? print(overview()) : print(help(Commands.named(words.getFirst()).command().get()));
        }
        Command command = Commands.named(name).command().get();
        Arguments given = Parser.parse(
                command.syntax().with(SHARED), "\"%s %s --help\"".formatted(PROGRAM, name), words);
        mayPage &= !given.has(NO_PAGER);
        if (given.has(Help.OPTION)) {
            return print(help(command));
        }
        prepare(given);
        if (words.contains(Command.JSON.name())) {
            session.console().leaveOutputToResult();
        }
        session.settleRoot();
        if (command.isPaged(given)) {
            page();
        }
        try {
            int exitCode = command.run(given, session);
            if (!NEEDS_NO_HINT.contains(name)) {
                session.hintAtInterruptedWork();
            }
            return exitCode;
        } finally {
            // A failure is shown after the user has left the pager, not in it.
            session.console().endPage();
        }
    }

    private void page() {
        if (mayPage && session.console().canPage()) {
            session.pager().ifPresent(session.console()::page);
        }
    }

    /** For the scripts that {@code ctl vm completion} prints. */
    private int complete(List<String> words) {
        List<String> typed = words.isEmpty() ? List.of("") : words;
        valueOf(ROOT, typed).ifPresent(session::moveTo);
        new Completer(session, valueOf(TeamQuestion.IN, typed)).answer(Completion.of(syntaxes(), SHARED, typed));
        return 0;
    }

    /** The value of an option among words of which the last is not finished. */
    private static Optional<String> valueOf(Option option, List<String> typed) {
        Optional<String> value = Optional.empty();
        for (int word = 0; word < typed.size() - 1; word++) {
            if (typed.get(word).startsWith(option.name() + "=")) {
                value = Optional.of(typed.get(word).substring(option.name().length() + 1));
            } else if (typed.get(word).equals(option.name()) && word < typed.size() - 2) {
                value = Optional.of(typed.get(word + 1));
            }
        }
        return value;
    }

    /** Applies the options that all commands share. */
    private void prepare(Arguments given) {
        given.value(COLOUR, Terminal.Colour.class).ifPresent(session.console()::colour);
        if (given.has(QUIET)) {
            session.console().show(Console.Detail.NOTHING);
        }
        if (given.has(VERBOSE)) {
            session.console().show(Console.Detail.ALL);
        }
        given.value(ROOT).ifPresent(folder -> {
            if (folder.isEmpty()) {
                throw given.wrong("--root needs a folder");
            }
            session.moveTo(folder);
        });
    }

    private static String ctlHelp() {
        return Help.of("ctl", "Command line tools for S2E.", List.of(), List.of(Syntax.of("vm", HEADER)), List.of());
    }

    private int print(String help) {
        page();
        session.console().raw(help);
        session.console().endPage();
        return 0;
    }

    private static String help(Command command) {
        return Help.of(PROGRAM, command.syntax().with(SHOWN), SHARED_NOTE);
    }

    private static String overview() {
        return Help.of(PROGRAM, HEADER, OVERVIEW, syntaxes(), FOOTER);
    }
}
