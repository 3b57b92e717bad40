package ctl.vm.cli.team;

import ctl.vm.cli.command.Command;
import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.team.TeamSchema;
import java.util.Optional;

/** {@code ctl vm team}. */
public final class TeamCommand implements Command {

    private static final Parameter ACTION = Parameter.atMostOne("ACTION",
            ArgumentType.of("schema"), "What to do; without it, show how far each root is.");
    private static final Option FROM = Option.valued("--from", "VERSION", ArgumentType.ANY,
            "With schema: print only what is newer than this version of the schema.");

    @Override
    public Syntax syntax() {
        return Syntax.of("team", "Share the history of this root with a team.",
                "A root that has joined a team ships its events to the team's PostgreSQL database, where they can be "
                        + "read and never changed. No command waits for that.",
                "docs/team.md explains how the database is set up; \"schema\" prints its statements for psql.")
                .options(FROM)
                .parameters(ACTION)
                .forms("[schema]")
                .exitCodes(DONE, FAILED, USAGE, BUSY)
                .examples("ctl vm team", "ctl vm team schema | psql ctl");
    }

    @Override
    public int run(Arguments given, Session session) {
        Optional<String> action = given.atMostOne(ACTION);
        if (action.isEmpty()) {
            return show(session);
        }
        return switch (action.get()) {
            case "schema" -> printSchema(given, session);
            default -> throw given.wrong("\"%s\" is none of schema".formatted(action.get()));
        };
    }

    private static int show(Session session) {
        session.console().line(session.membership()
                .map(membership -> "ships to %s as %s".formatted(membership.server(), membership.name()))
                .orElse("this root has joined no team"));
        return 0;
    }

    private static int printSchema(Arguments given, Session session) {
        session.console().raw(TeamSchema.script((int) given.number(FROM).orElse(0)));
        return 0;
    }
}
