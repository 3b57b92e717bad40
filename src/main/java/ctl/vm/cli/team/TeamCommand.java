package ctl.vm.cli.team;

import ctl.vm.cli.command.Command;
import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.commandline.Syntax;
import ctl.vm.team.TeamSchema;
import ctl.vm.problem.Misuse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm team}. */
public final class TeamCommand implements Command {

    private static final ExitCode OTHER_HISTORY = new ExitCode(3, "the server has another history of this root");
    private static final ExitCode SERVER_AWAY = new ExitCode(6,
            "the server does not answer, or has no time; try again");
    private static final ExitCode TAKEN = new ExitCode(5, "joined already, or the name is taken");
    private static final Parameter ACTION = Parameter.atMostOne("ACTION",
            ArgumentType.of("join", "leave", "ship", "schema"), "What to do; without it, show how far each root is.");
    private static final Parameter URL = Parameter.atMostOne("URL", ArgumentType.ANY,
            "With join: the team's database, such as postgresql://db.example.org/ctl, as libpq takes it; a password "
                    + "stands in ~/.pgpass, never here.");
    private static final Option FROM = Option.valued("--from", "VERSION", ArgumentType.ANY,
            "With schema: print only what is newer than this version of the schema.");

    /**
     * The command that a process runs which ships after a command has ended.
     *
     * @param launcher of this program
     * @param root absolute path
     */
    public static List<String> leftBehind(String launcher, Path root) {
        return List.of(launcher, "vm", "--root", root.toString(), "team", "ship", ShipTeam.UNTIL_SHIPPED.name());
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("team", "Share the history of this root with a team.",
                "A root that has joined a team ships its events to the team's PostgreSQL database, where they can be "
                        + "read and never changed. No command waits for that.",
                "\"ship\" ships what the server does not have yet. With --follow it goes on until it is stopped; otherwise "
                        + "each command that records something leaves a process behind that ships it and ends.",
                "docs/team.md explains how the database is set up; \"schema\" prints its statements for psql.")
                .options(JoinTeam.NAME, JoinTeam.COPIED, ShipTeam.FOLLOW, ShipTeam.UNTIL_SHIPPED, JSON, FROM)
                .parameters(ACTION, URL)
                .forms("[ACTION]", "join URL", "leave", "ship", "schema")
                .exitCodes(DONE, FAILED, USAGE, OTHER_HISTORY, TAKEN, SERVER_AWAY)
                .examples("ctl vm team", "ctl vm team join postgresql://db.example.org/ctl", "ctl vm team ship",
                        "ctl vm team ship --follow",
                        "ctl vm team schema | psql ctl");
    }

    @Override
    public int run(Arguments given, Session session) {
        Optional<String> action = given.atMostOne(ACTION);
        requireTakes(given, action, Optional.of("join"), JoinTeam.NAME, JoinTeam.COPIED);
        requireTakes(given, action, Optional.of("ship"), ShipTeam.FOLLOW, ShipTeam.UNTIL_SHIPPED);
        requireTakes(given, action, Optional.of("schema"), FROM);
        requireTakes(given, action, Optional.empty(), JSON);
        if (action.isEmpty()) {
            return TeamStatus.run(given, session, session.joined());
        }
        given.atMostOne(URL).filter(_ -> !action.get().equals("join")).ifPresent(url -> {
            throw given.wrong("%s takes no URL".formatted(action.get()));
        });
        return switch (action.get()) {
            case "join" -> JoinTeam.run(given, session, given.atMostOne(URL));
            case "leave" -> LeaveTeam.run(session);
            case "ship" -> ShipTeam.run(given, session,
                    session.joined().orElseThrow(() -> new Misuse.NotJoined(session.root(), false).thrown()));
            case "schema" -> printSchema(given, session);
            default -> throw given.wrong("\"%s\" is none of join, leave, ship and schema".formatted(action.get()));
        };
    }

    /** Refuses options that another action takes. @param taker the action; empty for none */
    private static void requireTakes(Arguments given, Optional<String> action, Optional<String> taker,
            Option... options) {
        for (Option option : options) {
            if (given.has(option) && !action.equals(taker)) {
                throw given.wrong("%s can only be used %s".formatted(option.name(),
                        taker.map(name -> "with \"ctl vm team %s\"".formatted(name)).orElse("without an ACTION")));
            }
        }
    }

    private static int printSchema(Arguments given, Session session) {
        long from = given.number(FROM).orElse(0);
        if (from > TeamSchema.VERSION) {
            throw given.wrong("the newest version of the schema is %d: there is no version %d".formatted(
                    TeamSchema.VERSION, from));
        }
        session.console().raw(TeamSchema.script((int) from));
        return 0;
    }
}
