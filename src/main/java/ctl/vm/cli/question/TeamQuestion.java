package ctl.vm.cli.question;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.team.TeamDatabase;
import ctl.vm.team.TeamRoot;
import ctl.vm.team.TeamRoots;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a question to the team's server is about: the roots that ship there, and the one among them that was named, if
 * one was. In arguments a VM is {@code ROOT/VM}, or {@code VM} for one of this name in any root that is asked.
 */
public final class TeamQuestion implements AutoCloseable {

    public static final Option TEAM = Option.flag("--team",
            "Ask the team's server about all roots; a VM is ROOT/NAME.");
    public static final Option IN = Option.valued("--in", "ROOT", ArgumentType.TEAM_ROOT,
            "Ask the team's server about this root.");

    private static final int MOST_NAMED = 3;

    private final Arguments given;
    private final TeamDatabase database;
    private final TeamRoots roots;
    private final Optional<TeamRoot> in;

    /** Connects. @throws ctl.vm.problem.VmException NoTeam; NoSuchTeamRoot; what keeps the server from answering */
    public TeamQuestion(Arguments given, Session session) {
        this.given = given;
        this.database = session.team();
        try {
            this.roots = database.roots();
            this.in = given.value(IN).map(roots::named);
        } catch (RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    /** Whether the team's server is to be asked. @throws ctl.vm.problem.VmException BadCommandLine */
    public static boolean isAsked(Arguments given) {
        requireOneOrAll(given, TEAM);
        return given.has(TEAM) || given.has(IN);
    }

    /**
     * Sees to it that the options name one root, or all.
     *
     * @param all the option that names all
     * @throws ctl.vm.problem.VmException BadCommandLine
     */
    public static void requireOneOrAll(Arguments given, Option all) {
        if (given.has(IN) && given.has(all)) {
            throw given.wrong("%s asks about one root, %s about all; use one of them".formatted(IN.name(), all.name()));
        }
        given.value(IN).filter(String::isEmpty).ifPresent(empty -> {
            throw given.wrong("\"\" is no name of a root");
        });
    }

    /**
     * A VM or a snapshot that was asked for.
     *
     * @param root in which it is looked for; all where it is empty
     */
    public record Target(Optional<TeamRoot> root, VmName vm, Optional<SnapshotName> snapshot) {

        boolean isIn(TeamRoot other) {
            return root.isEmpty() || root.get().equals(other);
        }

        /** {@code ROOT/VM:SNAPSHOT}. */
        @Override
        public String toString() {
            return root.map(one -> one.name() + "/").orElse("")
                    + vm + snapshot.map(name -> ":" + name).orElse("");
        }
    }

    /** @throws ctl.vm.problem.VmException BadName; NoSuchTeamRoot; BadCommandLine where it contradicts the option */
    public Target target(String argument) {
        int slash = argument.indexOf('/');
        if (slash == 0) {
            throw given.wrong("%s: \"\" is no name of a root".formatted(argument));
        }
        if (slash > 0 && slash == argument.length() - 1) {
            throw given.wrong("%s names a root and no VM; name a whole root with %s %s".formatted(
                    argument, IN.name(), argument.substring(0, slash)));
        }
        Optional<TeamRoot> root = slash < 0
                ? in
                : Optional.of(roots.named(argument.substring(0, slash)));
        if (in.isPresent() && !in.equals(root)) {
            throw given.wrong("%s is not in %s, which %s names".formatted(argument, in.get().name(), IN.name()));
        }
        var named = ctl.vm.cli.output.Target.parse(argument.substring(slash + 1));
        return new Target(root, named.vm(), named.snapshot());
    }

    TeamDatabase database() {
        return database;
    }

    TeamRoots roots() {
        return roots;
    }

    /** The one that was named. */
    Optional<TeamRoot> in() {
        return in;
    }

    /** All that are asked, in the order of their names. */
    List<TeamRoot> asked() {
        return in.map(List::of).orElseGet(roots::all);
    }

    /** {@code ROOT/VM}. */
    static String name(TeamRoot root, Object vm) {
        return root.name() + "/" + vm;
    }

    /** What each record for programs says of its root. */
    static Json write(Json json, TeamRoot root) {
        return json.put("root", root.name()).put("asOf", root.asOf());
    }

    /** A cell of a table, empty where nothing suggests that the root is behind. */
    static String asOf(TeamRoot root) {
        return root.isBehind() ? TimeFormat.minute(root.asOf()) : "";
    }

    /** Says of each of these roots that it may have done more than the server knows. */
    void hintAtLag(List<TeamRoot> shown, Console console) {
        List<TeamRoot> behind = shown.stream().filter(TeamRoot::isBehind).toList();
        if (!behind.isEmpty()) {
            String named = behind.stream().limit(MOST_NAMED).map(TeamQuestion::lag).collect(Collectors.joining(", "));
            console.hint("as the team's server knows it: " + named + (behind.size() > MOST_NAMED
                    ? ", and %s; \"ctl vm team\" shows all".formatted(
                            Pluralizer.of(behind.size() - MOST_NAMED, "more root", "more roots"))
                    : ""));
        }
    }

    /** {@code hosta as of 2026-11-30 15:10, 12 events behind}. */
    static String lag(TeamRoot root) {
        return "%s as of %s%s".formatted(root.name(), TimeFormat.minute(root.asOf()), root.missing() == 0
                ? ""
                : ", " + Pluralizer.of(root.missing(), "event") + " behind");
    }

    /** The rows of a table with a column for the root in front, and one for what is behind where one of them is. */
    static List<List<String>> rows(List<String> headings, List<TeamRoot> roots, List<List<String>> cells) {
        boolean isAnyBehind = roots.stream().anyMatch(TeamRoot::isBehind);
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("ROOT", headings, isAnyBehind ? Optional.of("AS OF") : Optional.empty()));
        for (int row = 0; row < cells.size(); row++) {
            TeamRoot root = roots.get(row);
            rows.add(row(root.name(), cells.get(row), isAnyBehind ? Optional.of(asOf(root)) : Optional.empty()));
        }
        return rows;
    }

    private static List<String> row(String first, List<String> cells, Optional<String> last) {
        List<String> row = new ArrayList<>(cells.size() + 2);
        row.add(first);
        row.addAll(cells);
        last.ifPresent(row::add);
        return row;
    }

    @Override
    public void close() {
        database.close();
    }
}
