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

    public static String of(AuditEntry deed) {
        Actor actor = deed.beginning().actor();
        boolean isByHand = deed.request().isEmpty();
        return line(List.of(
                Long.toString(deed.beginning().sequence()),
                deed.beginning().time().toString(),
                isByHand ? "" : actor.user(),
                isByHand ? "" : actor.sudoUser().orElse(""),
                actor.host(),
                actor.terminal().orElse(""),
                deed.action().text(),
                AuditEntries.object(deed),
                AuditEntries.outcome(deed),
                deed.reason().orElse(""),
                deed.took().map(took -> Long.toString(took.toMillis())).orElse(""),
                deed.size().map(size -> Long.toString(size.bytes())).orElse(""),
                deed.beginning().operation().text(),
                actor.workingFolder(),
                String.join(" ", actor.commandLine()),
                deed.notBefore().map(Instant::toString).orElse(""),
                deed.fileOwner().orElse(""),
                AuditEntries.subject(deed).text(),
                AuditEntries.snapshot(deed).map(SnapshotName::text).orElse(""),
                deed.byHand().map(AuditEntry.ByHand::text).orElse(""),
                isByHand ? actor.user() : ""));
    }

    private static String line(List<String> cells) {
        return cells.stream().map(AuditCsv::cell).collect(Collectors.joining(",")) + "\n";
    }

    private static String cell(String text) {
        return text.matches("(?s).*[,\"\r\n].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
