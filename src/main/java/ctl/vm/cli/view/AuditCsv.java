package ctl.vm.cli.view;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.SnapshotName;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** A line of the audit as comma-separated values (RFC 4180, but with a line feed alone at the end of a line). */
public final class AuditCsv {

    private static final List<String> COLUMNS = List.of(
            "sequence", "time", "user", "sudo_user", "host", "terminal", "action", "on", "outcome", "reason",
            "took_millis", "size_bytes", "operation", "working_folder", "command_line", "not_before", "file_owner",
            "vm", "snapshot", "change", "seen_by");

    private AuditCsv() {}

    public static String heading() {
        return line(COLUMNS);
    }

    public static String of(AuditEntry entry) {
        Actor actor = entry.beginning().actor();
        boolean isByHand = entry.request().isEmpty();
        return line(List.of(
                Long.toString(entry.beginning().sequence()),
                entry.beginning().time().toString(),
                isByHand ? "" : actor.user(),
                isByHand ? "" : actor.sudoUser().orElse(""),
                actor.host(),
                actor.terminal().orElse(""),
                entry.action().text(),
                AuditEntries.object(entry),
                AuditEntries.outcome(entry),
                entry.reason().orElse(""),
                entry.took().map(took -> Long.toString(took.toMillis())).orElse(""),
                entry.size().map(size -> Long.toString(size.bytes())).orElse(""),
                entry.beginning().operation().text(),
                actor.workingFolder(),
                String.join(" ", actor.commandLine()),
                entry.notBefore().map(Instant::toString).orElse(""),
                entry.fileOwner().orElse(""),
                AuditEntries.subject(entry).text(),
                AuditEntries.snapshot(entry).map(SnapshotName::text).orElse(""),
                entry.byHand().map(AuditEntry.ByHand::text).orElse(""),
                isByHand ? actor.user() : ""));
    }

    private static String line(List<String> cells) {
        return cells.stream().map(AuditCsv::cell).collect(Collectors.joining(",")) + "\n";
    }

    private static String cell(String text) {
        return text.matches("(?s).*[,\"\r\n].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
