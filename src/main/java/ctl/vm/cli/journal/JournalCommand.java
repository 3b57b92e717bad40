package ctl.vm.cli.journal;

import ctl.vm.cli.command.Command;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.reconcile.MoveJournal;
import java.util.Optional;

/** {@code ctl vm journal}. */
public final class JournalCommand implements Command {

    private static final String MOVE = "move";

    private static final Option EMBEDDED = Option.flag("--embedded",
            "Take the journal back from the server into the root's own folder.");
    private static final Parameter ACTION = Parameter.atMostOne("ACTION", ArgumentType.of(MOVE),
            "move, to move the journal; without it, print where it is.");
    private static final Parameter SERVER = Parameter.atMostOne("URL", ArgumentType.ANY,
            "Database of a PostgreSQL server, without a password: postgresql://LOGIN@HOST/DATABASE. Passwords stand "
                    + "in ~/.pgpass, as for psql.");

    @Override
    public Syntax syntax() {
        return Syntax.of("journal", "Show where the journal is, or move it to a server.",
                "Usually the journal is a file in the root. Where several hosts share one folder of VMs, a PostgreSQL "
                        + "server has to have it: it decides which host's event comes first. A move copies all events "
                        + "and compares them on both sides; killed at any point, the journal is in one place or the "
                        + "other, and the same command finishes the move. While an operation has not ended, it is refused "
                        + "with exit status 6.")
                .options(EMBEDDED, JSON)
                .parameters(ACTION, SERVER)
                .forms("[move URL]", "move --embedded")
                .exitCodes(DONE, FAILED, USAGE, BUSY, UNSAFE)
                .examples("ctl vm journal", "ctl vm journal move postgresql://ctl@db.example.org/ctl",
                        "ctl vm journal move --embedded");
    }

    @Override
    public int run(Arguments given, Session session) {
        Optional<String> action = given.atMostOne(ACTION);
        Optional<String> url = given.atMostOne(SERVER);
        if (action.isEmpty()) {
            if (given.has(EMBEDDED)) {
                throw given.wrong("--embedded belongs to \"move\"");
            }
            show(given, session);
        } else if (!action.get().equals(MOVE)) {
            throw given.wrong("\"%s\" is not \"move\"".formatted(action.get()));
        } else if (given.has(JSON)) {
            throw given.wrong("--json cannot be used with \"move\"");
        } else if (url.isPresent() == given.has(EMBEDDED)) {
            throw given.wrong("move needs either URL or --embedded");
        } else {
            move(url, session);
        }
        return 0;
    }

    private static void show(Arguments given, Session session) {
        MoveJournal.Databases databases = session.journalDatabases();
        if (given.has(JSON)) {
            session.console().raw(Json.pretty(json -> json
                    .put("root", session.root())
                    .put("authority", databases.server().isPresent() ? "server" : "embedded")
                    .put("server", databases.server())));
        } else {
            session.console().line("the journal of %s is %s".formatted(session.root(), databases.place()));
        }
    }

    private static void move(Optional<String> url, Session session) {
        MoveJournal move = session.moveJournal();
        Optional<Seal> end = url.isPresent() ? move.toServer(url.get()) : move.intoFolder();
        String place = move.databases().place();
        session.console().ok(end
                .map(last -> "the journal is now %s: %d events, the last with the hash %s".formatted(
                        place, last.sequence(), last.hash()))
                .orElseGet(() -> "the journal is already %s".formatted(place)));
    }
}
