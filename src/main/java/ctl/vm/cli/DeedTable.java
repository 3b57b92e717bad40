package ctl.vm.cli;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Deed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The audit as a table, a row for each deed; with details, indented lines below it. It is printed piece by piece, so that
 * a long one takes no more memory than a short one; columns grow where a later piece needs it.
 */
final class DeedTable {

    private static final List<String> HEADINGS = List.of("TIME", "WHO", "WHAT", "ON", "OUTCOME", "TOOK", "SIZE");
    private static final int ROWS_AT_ONCE = 1000;

    private final boolean details;
    private final Consumer<String> line;
    private final List<Deed> deeds = new ArrayList<>();
    private List<Integer> widths = List.of();
    private boolean begun;

    /** @param line where lines go */
    DeedTable(boolean details, Consumer<String> line) {
        this.details = details;
        this.line = line;
    }

    void add(Deed deed) {
        deeds.add(deed);
        if (deeds.size() == ROWS_AT_ONCE) {
            print();
        }
    }

    /** To be called behind the last one. @return whether there was any */
    boolean end() {
        boolean any = begun || !deeds.isEmpty();
        if (!begun || !deeds.isEmpty()) {
            print();
        }
        return any;
    }

    private void print() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        deeds.forEach(deed -> rows.add(row(deed)));
        widths = Table.widths(rows, widths);
        List<String> aligned = Table.aligned(rows, widths);
        if (!begun) {
            line.accept(aligned.getFirst());
        }
        for (int index = 0; index < deeds.size(); index++) {
            line.accept(aligned.get(index + 1));
            if (details) {
                details(deeds.get(index)).forEach(line);
            }
        }
        begun = true;
        deeds.clear();
    }

    private static List<String> row(Deed deed) {
        return List.of(
                WallClock.second(deed.beginning().time()),
                who(deed),
                Deeds.action(deed),
                Deeds.object(deed),
                deed.reason().map(reason -> "%s: %s".formatted(Deeds.outcome(deed), reason))
                        .orElseGet(() -> Deeds.outcome(deed)),
                deed.took().map(Deeds::brief).orElse("-"),
                deed.size().map(ByteCount::brief).orElse("-"));
    }

    /** Of a change by hand the journal knows who noticed it, and whom the file belonged to: neither need have made it. */
    private static String who(Deed deed) {
        Actor actor = deed.beginning().actor();
        String user = actor.sudoUser().map(sudoUser -> "%s (sudo: %s)".formatted(actor.user(), sudoUser))
                .orElse(actor.user());
        return deed.request().isPresent() ? user : "? (seen by %s)".formatted(user);
    }

    private static List<String> details(Deed deed) {
        Actor actor = deed.beginning().actor();
        List<String> lines = new ArrayList<>(List.of(
                "    operation %s, event %d".formatted(deed.beginning().operation(), deed.beginning().sequence()),
                "    at %s on %s, process %d, user %d, logged in as %s".formatted(
                        actor.host(), actor.terminal().orElse("no terminal"), actor.process().pid(), actor.uid(),
                        actor.loginUid().map(String::valueOf).orElse("nobody")),
                "    in %s: %s".formatted(actor.workingFolder(), String.join(" ", actor.commandLine()))));
        if (deed.request().isEmpty()) {
            lines.addFirst("    by hand, %s%s".formatted(
                    deed.notBefore().map(time -> "between %s and ".formatted(WallClock.second(time))).orElse("before ")
                            + WallClock.second(deed.beginning().time()),
                    deed.fileOwner().map(", file owner %s"::formatted).orElse("")));
        }
        if (!actor.parents().isEmpty()) {
            lines.add("    started by " + actor.parents().stream()
                    .map(parent -> "%s (%d)".formatted(parent.command(), parent.pid()))
                    .collect(Collectors.joining(", by ")));
        }
        return lines;
    }
}
