package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.cli.question.TeamTrash;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Syntax;
import ctl.vm.operation.query.ListTrash.Entry;
import ctl.vm.operation.query.ListTrash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code ctl vm trash}. */
public final class TrashCommand implements Command {

    @Override
    public Syntax syntax() {
        return Syntax.of("trash", "List what was deleted or replaced and can be brought back.",
                "The newest deletion comes first. How long it is kept was decided at its deletion. When that time is "
                        + "over, it is freed by the next command that changes something; the oldest is freed earlier if a clone or import needs the space.")
                .options(JSON, TeamQuestion.TEAM, TeamQuestion.IN)
                .exitCodes(DONE, FAILED, USAGE, NO_ROOT, SERVER)
                .examples("ctl vm trash", "ctl vm trash --json", "ctl vm trash --team");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return true;
    }

    @Override
    public int run(Arguments given, Session session) {
        if (TeamQuestion.isAsked(given)) {
            TeamTrash.print(given, given.has(JSON), session);
            return 0;
        }
        List<Entry> entries = new ListTrash(session.context()).all().reversed();
        if (given.has(JSON)) {
            session.console().raw(json(entries));
        } else if (entries.isEmpty()) {
            session.console().hint("the trash is empty");
        } else {
            session.layout().table(rows(entries)).forEach(session.console()::line);
        }
        return 0;
    }

    private static List<List<String>> rows(List<Entry> entries) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "DELETED", "BY", "ON DISK", "KEPT UNTIL", "EXPIRES IN"));
        entries.forEach(entry -> rows.add(List.of(
                entry.name(),
                TimeFormat.minute(entry.deleted()),
                entry.by().orElse("-"),
                entry.onDisk().brief(),
                TimeFormat.minute(entry.keptUntil()),
                expires(entry))));
        return rows;
    }

    /** What no deletion has put there stays until a user purges it. */
    private static String expires(Entry entry) {
        if (entry.by().isEmpty()) {
            return "-";
        }
        if (entry.isUnconfirmed()) {
            return "if the clock is right";
        }
        return entry.left().isPositive() ? TimeFormat.span(rounded(entry.left())) : "next change";
    }

    /** Of a day that has just begun, no second is missing. */
    private static Duration rounded(Duration left) {
        Duration unit = left.compareTo(Duration.ofDays(2)) >= 0
                ? Duration.ofDays(1)
                : left.compareTo(Duration.ofHours(1)) >= 0 ? Duration.ofHours(1) : Duration.ofMinutes(1);
        return left.compareTo(Duration.ofMinutes(1)) < 0 ? left : left.plus(unit.dividedBy(2));
    }

    private static String json(List<Entry> entries) {
        return Json.pretty(json -> json.list("trash", entries, (one, entry) -> one
                .put("name", entry.name())
                .put("vm", entry.vm())
                .put("snapshot", entry.snapshot())
                .put("file", entry.file())
                .put("deletion", entry.deletion())
                .put("deleted", entry.deleted())
                .put("replaced", entry.isReplaced())
                .put("by", entry.by())
                .put("onDiskBytes", entry.onDisk())
                .put("keptUntil", entry.keptUntil())
                .put("keepSeconds", entry.period().toSeconds())
                .put("expiresInSeconds", entry.by().map(_ -> entry.left().toSeconds()))
                .put("unconfirmed", entry.isUnconfirmed())));
    }
}
