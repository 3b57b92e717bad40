package ctl.vm.cli;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Deed;
import ctl.vm.operation.Whereabouts;
import ctl.vm.problem.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The audit as a table, a row for each deed; with details, indented lines below it. It is printed piece by piece, so that
 * a long one takes no more memory than a short one; columns grow where a later piece needs it.
 */
final class DeedTable {

    private static final String DEVICES = "/dev/";
    private static final int ROWS_AT_ONCE = 1000;

    private final Optional<Whereabouts> details;
    private final Consumer<String> line;
    private final List<Deed> deeds = new ArrayList<>();
    private List<Integer> widths = List.of();
    private boolean begun;

    /**
     * @param details where what was done is now; empty where details are not wanted
     * @param line where lines go
     */
    DeedTable(Optional<Whereabouts> details, Consumer<String> line) {
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
        rows.add(headings());
        deeds.forEach(deed -> rows.add(row(deed)));
        widths = Table.widths(rows, widths);
        List<String> aligned = Table.aligned(rows, widths);
        if (!begun) {
            line.accept(aligned.getFirst());
        }
        for (int index = 0; index < deeds.size(); index++) {
            line.accept(aligned.get(index + 1));
            Deed deed = deeds.get(index);
            details.ifPresent(now -> details(deed, now).forEach(detail -> line.accept("    " + detail)));
        }
        begun = true;
        deeds.clear();
    }

    private static List<String> headings() {
        return List.of("TIME (" + WallClock.zone() + ")", "WHO", "WHAT", "ON", "OUTCOME", "TOOK", "SIZE");
    }

    private static List<String> row(Deed deed) {
        return List.of(
                WallClock.second(deed.beginning().time()),
                who(deed),
                deed.action().text(),
                Deeds.object(deed),
                deed.reason().map(reason -> "%s: %s".formatted(Deeds.outcome(deed), reason))
                        .orElseGet(() -> Deeds.outcome(deed)),
                deed.took().map(Deeds::brief).orElse("-"),
                deed.size().map(ByteCount::brief).orElse("-"));
    }

    /** Of a change by hand the journal knows who noticed it, and whom the file belonged to: neither need have made it. */
    private static String who(Deed deed) {
        String user = Deeds.user(deed.beginning().actor());
        return deed.request().isPresent() ? user : "? (seen by %s)".formatted(user);
    }

    private static List<String> details(Deed deed, Whereabouts now) {
        List<String> lines = new ArrayList<>();
        now.nameNow(deed).filter(name -> !name.equals(Deeds.vm(deed)))
                .ifPresent(name -> lines.add("%s is now %s".formatted(Deeds.vm(deed), name)));
        now.wayBack(deed).ifPresent(back -> lines.add(words(back)));
        if (deed.request().isEmpty()) {
            lines.add(made(deed));
        }
        lines.add("operation %s, event %d".formatted(deed.beginning().operation(), deed.beginning().sequence()));
        lines.addAll(from(deed.beginning().actor()));
        return lines;
    }

    private static String words(Whereabouts.WayBack back) {
        return "\"ctl vm undelete %s%s\" brings it back, until %s".formatted(
                ShellWord.of(new Target(back.vm(), back.snapshot()).toString()),
                back.isTaken() ? " --as NEWNAME" : "",
                WallClock.minute(back.keptUntil()));
    }

    private static String made(Deed byHand) {
        return "made %s%s%s".formatted(
                byHand.notBefore().map(time -> "between %s and ".formatted(WallClock.second(time))).orElse("before "),
                WallClock.second(byHand.beginning().time()),
                byHand.fileOwner().map(", file owner %s"::formatted).orElse(""));
    }

    private static List<String> from(Actor actor) {
        List<String> lines = new ArrayList<>(List.of(
                "on host %s, %s, process %d, user %d, %s".formatted(
                        actor.host(),
                        actor.terminal().map(DeedTable::terminal).orElse("no terminal"),
                        actor.process().pid(),
                        actor.uid(),
                        actor.loginUid().map("logged in as user %d"::formatted).orElse("not logged in")),
                "in %s: %s".formatted(actor.workingFolder(), String.join(" ", actor.commandLine()))));
        if (!actor.parents().isEmpty()) {
            lines.add("started by " + actor.parents().stream()
                    .map(parent -> "%s (%d)".formatted(parent.command(), parent.pid()))
                    .collect(Collectors.joining(", by ")));
        }
        return lines;
    }

    private static String terminal(String device) {
        return "terminal " + (device.startsWith(DEVICES) ? device.substring(DEVICES.length()) : device);
    }
}
