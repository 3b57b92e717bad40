package ctl.vm.cli;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Deed;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** The audit as a table, a row for each deed; with details, indented lines below it. */
final class DeedTable {

    private static final List<String> HEADINGS = List.of("TIME", "WHO", "WHAT", "ON", "OUTCOME", "TOOK", "SIZE");
    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private DeedTable() {}

    static List<String> of(List<Deed> deeds, boolean details) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
        deeds.forEach(deed -> rows.add(row(deed)));
        List<String> aligned = Table.aligned(rows);
        if (!details) {
            return aligned;
        }
        List<String> lines = new ArrayList<>(List.of(aligned.getFirst()));
        for (int index = 0; index < deeds.size(); index++) {
            lines.add(aligned.get(index + 1));
            lines.addAll(details(deeds.get(index)));
        }
        return lines;
    }

    private static List<String> row(Deed deed) {
        return List.of(
                local(deed.beginning().time()),
                who(deed),
                Deeds.action(deed),
                Deeds.object(deed),
                deed.reason().map(reason -> "%s: %s".formatted(Deeds.outcome(deed), reason))
                        .orElseGet(() -> Deeds.outcome(deed)),
                deed.took().map(Deeds::brief).orElse("-"),
                deed.size().map(ByteCount::brief).orElse("-"));
    }

    /** Of a change by hand the journal knows only who noticed it. */
    private static String who(Deed deed) {
        Actor actor = deed.beginning().actor();
        String user = actor.sudoUser().map(sudoUser -> "%s (sudo: %s)".formatted(actor.user(), sudoUser))
                .orElse(actor.user());
        return deed.request().isPresent() ? user : "? (seen by %s)".formatted(user);
    }

    private static List<String> details(Deed deed) {
        Actor actor = deed.beginning().actor();
        return List.of(
                "    operation %s, event %d".formatted(deed.beginning().operation(), deed.beginning().sequence()),
                "    at %s on %s, process %d, user %d, logged in as %s".formatted(
                        actor.host(), actor.terminal().orElse("no terminal"), actor.process().pid(), actor.uid(),
                        actor.loginUid().map(String::valueOf).orElse("nobody")),
                "    in %s: %s".formatted(actor.workingFolder(), String.join(" ", actor.commandLine())));
    }

    private static String local(Instant time) {
        return TO_THE_SECOND.withZone(ZoneId.systemDefault()).format(time);
    }
}
