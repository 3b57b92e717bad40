package ctl.vm.cli.view;

import ctl.vm.cli.console.ResultLayout;
import ctl.vm.cli.output.Table;
import ctl.vm.cli.output.Target;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.problem.ShellWord;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.operation.query.CurrentLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The audit as a table, a row for each entry; with details, indented lines below it. It is printed in batches, so that
 * a long audit takes no more memory than a short one; columns grow where a later batch needs it.
 *
 * <p>On a terminal the reason of a failure stands below its row; elsewhere an entry without details is one line.
 */
public final class AuditText {

    private static final String DEVICES = "/dev/";
    private static final int ROWS_AT_ONCE = 1000;
    private static final String INDENT = "    ";
    private static final List<Table.Fit> FITS = List.of(
            Table.Fit.BRIEF, Table.Fit.BRIEF, Table.Fit.WHOLE, Table.Fit.CUT, Table.Fit.WHOLE, Table.Fit.WHOLE,
            Table.Fit.WHOLE);

    private final boolean isDetailed;
    private final boolean isOfTeam;
    private final Optional<CurrentLocation> now;
    private final ResultLayout layout;
    private final Table table;
    private final Consumer<String> line;
    private final List<Row> entries = new ArrayList<>();
    private boolean begun;

    /**
     * @param details where what was done is now; empty where details are not wanted
     * @param line where lines go
     */
    public AuditText(Optional<CurrentLocation> details, ResultLayout layout, Consumer<String> line) {
        this(details.isPresent(), false, details, layout, line);
    }

    private AuditText(boolean isDetailed, boolean isOfTeam, Optional<CurrentLocation> now, ResultLayout layout,
            Consumer<String> line) {
        this.isDetailed = isDetailed;
        this.isOfTeam = isOfTeam;
        this.now = now;
        this.layout = layout;
        this.table = new Table(isOfTeam ? cells(Table.Fit.WHOLE, FITS) : FITS, layout.window());
        this.line = line;
    }

    /** Of entries of several roots: the first column names them. Where something is now, only its root knows. */
    public static AuditText ofTeam(boolean isDetailed, ResultLayout layout, Consumer<String> line) {
        return new AuditText(isDetailed, true, Optional.empty(), layout, line);
    }

    /** An entry, and its root where there are several. */
    private record Row(Optional<String> root, AuditEntry entry) {}

    public void add(AuditEntry entry) {
        add(new Row(Optional.empty(), entry));
    }

    /** An entry of one of several roots. */
    public void add(String root, AuditEntry entry) {
        add(new Row(Optional.of(root), entry));
    }

    private void add(Row row) {
        entries.add(row);
        if (entries.size() == ROWS_AT_ONCE) {
            print();
        }
    }

    /** To be called behind the last one. @return whether there was any */
    public boolean end() {
        boolean any = begun || !entries.isEmpty();
        if (!begun || !entries.isEmpty()) {
            print();
        }
        return any;
    }

    private void print() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(headings());
        entries.forEach(row -> rows.add(
                row.root().map(root -> cells(root, row(row.entry()))).orElseGet(() -> row(row.entry()))));
        List<List<String>> lines = table.lines(rows);
        if (!begun) {
            lines.getFirst().forEach(line);
        }
        for (int index = 0; index < entries.size(); index++) {
            lines.get(index + 1).forEach(line);
            AuditEntry entry = entries.get(index).entry();
            if (hasReasonBelow(entry)) {
                below(entry.reason().orElseThrow());
            }
            if (isDetailed) {
                details(entry).forEach(this::below);
            }
        }
        begun = true;
        entries.clear();
    }

    private List<String> headings() {
        List<String> headings = List.of("TIME (" + TimeFormat.zone() + ")", "WHO", "WHAT", "ON", "OUTCOME", "TOOK",
                "SIZE");
        return isOfTeam ? cells("ROOT", headings) : headings;
    }

    private static <T> List<T> cells(T first, List<T> others) {
        List<T> all = new ArrayList<>(List.of(first));
        all.addAll(others);
        return all;
    }

    private void below(String text) {
        layout.wrapped(INDENT + text, INDENT + "  ").forEach(line);
    }

    private boolean hasReasonBelow(AuditEntry entry) {
        return layout.window().isPresent() && entry.reason().isPresent();
    }

    private List<String> row(AuditEntry entry) {
        return List.of(
                TimeFormat.second(entry.beginning().time()),
                EventText.who(entry.beginning()),
                entry.action().text(),
                layout.path(EventText.object(entry)),
                hasReasonBelow(entry)
                        ? entry.outcome().text()
                        : entry.reason().map(reason -> "%s: %s".formatted(entry.outcome().text(), reason))
                                .orElseGet(() -> entry.outcome().text()),
                entry.took().map(TimeFormat::brief).orElse("-"),
                entry.size().map(ByteCount::brief).orElse("-"));
    }

    private List<String> details(AuditEntry entry) {
        List<String> lines = new ArrayList<>();
        EventText.vm(entry).ifPresent(vm -> now.flatMap(location -> location.nameNow(entry))
                .filter(name -> !name.equals(vm))
                .ifPresent(name -> lines.add("%s is now %s".formatted(vm, name))));
        now.flatMap(location -> location.wayBack(entry)).ifPresent(back -> lines.add(describe(back)));
        if (entry.isByHand()) {
            lines.add(made(entry));
        }
        lines.add("operation %s, event %d".formatted(entry.beginning().operation(), entry.beginning().sequence()));
        lines.addAll(from(entry.beginning().actor(), entry.isByHand() ? "seen " : ""));
        return lines;
    }

    private static String describe(CurrentLocation.WayBack back) {
        return "\"ctl vm undelete %s%s\" brings %s back, until %s".formatted(
                ShellWord.of(back.file().orElseGet(() -> new Target(back.vm(), back.snapshot()).toString())),
                back.isTaken() ? " --as " + (back.file().isPresent() ? "NEWFILE" : "NEWNAME") : "",
                back.isReplaced() ? "the replaced " + (back.file().isPresent() ? "package" : "VM") : "it",
                TimeFormat.minute(back.keptUntil()));
    }

    private static String made(AuditEntry byHand) {
        return "made %s%s%s".formatted(
                byHand.notBefore().map(time -> "between %s and ".formatted(TimeFormat.second(time))).orElse("before "),
                TimeFormat.second(byHand.beginning().time()),
                byHand.fileOwner().map(", file owner %s"::formatted).orElse(""));
    }

    /** @param how before the place, where it is not the one where the entry was done */
    private static List<String> from(Actor actor, String how) {
        List<String> lines = new ArrayList<>(List.of(
                how + "on host %s, %s, process %d, user %d, %s".formatted(
                        actor.host(),
                        actor.terminal().map(AuditText::terminal).orElse("no terminal"),
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
