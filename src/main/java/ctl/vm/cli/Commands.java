package ctl.vm.cli;

import ctl.vm.cli.command.AbandonCommand;
import ctl.vm.cli.command.AuditCommand;
import ctl.vm.cli.command.CloneCommand;
import ctl.vm.cli.command.Command;
import ctl.vm.cli.command.CompletionCommand;
import ctl.vm.cli.command.ConfigCommand;
import ctl.vm.cli.command.CreateCommand;
import ctl.vm.cli.command.DeleteCommand;
import ctl.vm.cli.command.DfCommand;
import ctl.vm.cli.command.DiffCommand;
import ctl.vm.cli.command.ExportCommand;
import ctl.vm.cli.command.ImportCommand;
import ctl.vm.cli.command.InfoCommand;
import ctl.vm.cli.command.ListCommand;
import ctl.vm.cli.command.OperationsCommand;
import ctl.vm.cli.command.PurgeCommand;
import ctl.vm.cli.command.ReconcileCommand;
import ctl.vm.cli.command.RenameCommand;
import ctl.vm.cli.command.ResumeCommand;
import ctl.vm.cli.command.TrashCommand;
import ctl.vm.cli.command.UndeleteCommand;
import ctl.vm.cli.command.VerifyCommand;
import ctl.vm.cli.journal.JournalCommand;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.cli.team.TeamCommand;
import ctl.vm.inventory.Request;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Suggestions;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands of {@code ctl vm}: their names, and how the program is best started for each of them. */
final class Commands {

    static final String HELP = "help";

    /** For the scripts that {@code ctl vm completion} prints. */
    static final String COMPLETE = "__complete";

    /** In the order in which the help lists them. */
    private static final List<Entry> ALL = List.of(
            new Entry("create", Start.JOURNAL, CreateCommand::new),
            new Entry("list", Start.BRIEF, ListCommand::new, "ls").with(Start.JOURNAL, "--at", "--at=*", "--tree")
                    .ofTeam(),
            new Entry("clone", Start.JOURNAL, CloneCommand::new, "cp"),
            new Entry("export", Start.PACKAGES, ExportCommand::new),
            new Entry("import", Start.PACKAGES, ImportCommand::new),
            new Entry("delete", Start.JOURNAL, DeleteCommand::new, "rm"),
            new Entry("undelete", Start.JOURNAL, UndeleteCommand::new),
            new Entry("trash", Start.JOURNAL, TrashCommand::new).ofTeam(),
            new Entry("purge", Start.JOURNAL, PurgeCommand::new),
            new Entry("rename", Start.JOURNAL, RenameCommand::new, "mv"),
            new Entry("info", Start.JOURNAL, InfoCommand::new, "show").with(Start.PACKAGES, "--whole", Request.PIPE)
                    .ofTeam(),
            new Entry("df", Start.JOURNAL, DfCommand::new),
            new Entry("audit", Start.JOURNAL, AuditCommand::new, "log").ofTeam(),
            new Entry("diff", Start.JOURNAL, DiffCommand::new).ofTeam(),
            new Entry("operations", Start.BRIEF, OperationsCommand::new).ofTeam(),
            new Entry("resume", Start.PACKAGES, ResumeCommand::new),
            new Entry("abandon", Start.JOURNAL, AbandonCommand::new),
            new Entry("reconcile", Start.JOURNAL, ReconcileCommand::new).with(Start.PACKAGES, "--deep"),
            new Entry("verify", Start.PACKAGES, VerifyCommand::new),
            new Entry("team", Start.JOURNAL, TeamCommand::new),
            new Entry("journal", Start.JOURNAL, JournalCommand::new),
            new Entry("config", Start.BRIEF, ConfigCommand::new),
            new Entry("completion", Start.BRIEF, CompletionCommand::new));

    /** Never suggested: a typing error must not lead there. */
    private static final Set<String> DESTROYING = Set.of("delete", "purge", "abandon");

    private Commands() {}

    /**
     * What a start of the program needs at once: the launcher chooses the start-up cache and the JIT compilers by it.
     */
    enum Start {
        /** The journal's database stays closed. */
        BRIEF,
        /** The journal's database is opened. */
        JOURNAL,
        /** Whole images are packed, unpacked or digested as well. */
        PACKAGES,
        /** The team's server is connected to, whatever else is needed. */
        TEAM
    }

    /**
     * A command.
     *
     * @param aliases what other tools call it
     * @param more what it needs with one of some words behind it, which may end with {@code *} for anything
     * @param command makes it: only the one that is wanted is made, which is faster
     */
    record Entry(String name, List<String> aliases, Start start, Map<Start, List<String>> more,
            Supplier<Command> command) {

        Entry(String name, Start start, Supplier<Command> command, String... aliases) {
            this(name, List.of(aliases), start, Map.of(), command);
        }

        Entry with(Start other, String... words) {
            Map<Start, List<String>> all = new EnumMap<>(Start.class);
            all.putAll(more);
            all.put(other, List.of(words));
            return new Entry(name, aliases, start, all, command);
        }

        /** It can ask the team's server instead of the root. */
        Entry ofTeam() {
            return with(Start.TEAM, TeamQuestion.TEAM.name(), TeamQuestion.IN.name(), TeamQuestion.IN.name() + "=*");
        }

        private Stream<String> names() {
            return Stream.concat(Stream.of(name), aliases.stream());
        }

        private Stream<String> patterns(Start other) {
            return more.getOrDefault(other, List.of()).stream()
                    .flatMap(word -> names().map(typed -> pattern(typed + " " + word)));
        }

        private static String pattern(String words) {
            return words.endsWith("*") ? "'" + words.substring(0, words.length() - 1) + "'*" : "'" + words + "'";
        }
    }

    static Stream<Entry> all() {
        return ALL.stream();
    }

    /** @throws ctl.vm.problem.VmException Mistyped */
    static Entry named(String typed) {
        return ALL.stream().filter(entry -> entry.names().anyMatch(typed::equals)).findFirst()
                .orElseThrow(() -> {
                    List<String> harmless = ALL.stream().map(Entry::name).filter(name -> !DESTROYING.contains(name))
                            .toList();
                    return new Misuse.Mistyped("command", typed, Suggestions.to(typed, harmless), CtlCommandLine.HELP)
                            .thrown();
                });
    }

    /**
     * The function of bash by which the launcher chooses the start: {@code choose_start "$@"} sets {@code $start} to
     * {@code brief}, {@code journal}, {@code packages} or {@code team}, and forks nothing.
     */
    static String launcherFunction() {
        return """
                # choose_start "$@" sets $start to what a command line needs: brief, journal, packages or team.
                # Made by ctl.LauncherCases from the definitions of the commands.
                choose_start() {
                    local word command=''
                    start=brief
                    for word in "${@:2}"; do
                        case $word in
                %s            *) continue ;;
                        esac
                        command=$word
                        break
                    done
                    for word in "$@"; do
                        case "$command $word" in
                            *' -h' | *' --help') start=brief; return ;;
                %s        esac
                    done
                }
                """.formatted(
                cases(start -> Stream.concat(
                        start == Start.BRIEF ? Stream.of(HELP, COMPLETE) : Stream.empty(),
                        ALL.stream().filter(entry -> entry.start() == start).flatMap(Entry::names))),
                cases(start -> ALL.stream().flatMap(entry -> entry.patterns(start))));
    }

    private static String cases(Function<Start, Stream<String>> patterns) {
        StringBuilder cases = new StringBuilder();
        for (Start start : Start.values()) {
            String joined = patterns.apply(start).collect(Collectors.joining(" | "));
            if (!joined.isEmpty()) {
                cases.append("            %s) start=%s%s ;;\n".formatted(
                        joined, start.name().toLowerCase(Locale.ROOT), start == Start.TEAM ? "; break" : ""));
            }
        }
        return cases.toString();
    }
}
