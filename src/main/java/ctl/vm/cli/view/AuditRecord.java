package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.team.TeamRoot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A line of the audit for programs: a JSON object, or comma-separated values (RFC 4180, but with a line feed alone at
 * the end of a line).
 */
public final class AuditRecord {

    private static final List<String> COLUMNS = List.of(
            "sequence", "time", "user", "sudo_user", "host", "terminal", "action", "on", "outcome", "reason",
            "took_millis", "size_bytes", "operation", "working_folder", "command_line", "not_before", "file_owner",
            "vm", "snapshot", "change", "seen_by");

    private AuditRecord() {}

    public static String csvHeading() {
        return line(COLUMNS);
    }

    /** The heading where entries come from several roots. */
    public static String csvHeadingOfTeam() {
        return line(inRoot("root", "as_of", COLUMNS));
    }

    public static String csv(AuditEntry entry) {
        return line(cells(entry));
    }

    /** An entry of one of several roots. */
    public static String csv(AuditEntry entry, TeamRoot root) {
        return line(inRoot(root.name(), root.asOf().toString(), cells(entry)));
    }

    private static List<String> inRoot(String root, String asOf, List<String> cells) {
        List<String> all = new ArrayList<>(List.of(root, asOf));
        all.addAll(cells);
        return all;
    }

    private static List<String> cells(AuditEntry entry) {
        Actor actor = entry.beginning().actor();
        boolean isByHand = entry.isByHand();
        return List.of(
                Long.toString(entry.beginning().sequence()),
                entry.beginning().time().toString(),
                isByHand ? "" : actor.user(),
                isByHand ? "" : actor.sudoUser().orElse(""),
                actor.host(),
                actor.terminal().orElse(""),
                entry.action().text(),
                EventText.object(entry),
                entry.outcome().text(),
                entry.reason().orElse(""),
                entry.took().map(took -> Long.toString(took.toMillis())).orElse(""),
                entry.size().map(size -> Long.toString(size.bytes())).orElse(""),
                entry.beginning().operation().text(),
                actor.workingFolder(),
                String.join(" ", actor.commandLine()),
                entry.notBefore().map(Instant::toString).orElse(""),
                entry.fileOwner().orElse(""),
                EventText.subject(entry).map(VmName::text).orElse(""),
                EventText.snapshot(entry).map(SnapshotName::text).orElse(""),
                entry.byHand().map(AuditEntry.ByHand::text).orElse(""),
                isByHand ? actor.user() : "");
    }

    private static String line(List<String> cells) {
        return cells.stream().map(AuditRecord::cell).collect(Collectors.joining(",")) + "\n";
    }

    private static String cell(String text) {
        return text.matches("(?s).*[,\"\r\n].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }

    public static String json(AuditEntry entry) {
        return Json.compact(json -> write(json, entry));
    }

    /** An entry of one of several roots. */
    public static String json(AuditEntry entry, TeamRoot root) {
        return Json.compact(json -> write(json.put("root", root.name()).put("asOf", root.asOf()), entry));
    }

    private static void write(Json json, AuditEntry entry) {
        boolean isByHand = entry.isByHand();
        json.put("sequence", entry.beginning().sequence())
                .put("lastSequence", entry.latest().sequence())
                .put("operation", entry.beginning().operation())
                .put("time", entry.beginning().time())
                .put("action", entry.action().text())
                .put("on", EventText.object(entry))
                .put("vm", EventText.subject(entry))
                .put("snapshot", EventText.snapshot(entry))
                .put("change", entry.byHand().map(AuditEntry.ByHand::text))
                .put("file", entry.imageByHand().map(ImageName::fileName))
                .put("from", entry.counterpart().filter(_ -> isByHand))
                .put("outcome", entry.outcome().text())
                .put("reason", entry.reason())
                .put("tookMillis", entry.took().map(Duration::toMillis))
                .put("sizeBytes", entry.size())
                .put("sha256", entry.fileDigest())
                .put("compression", entry.decompressed().map(DecompressedFile::compression))
                .put("notBefore", entry.notBefore())
                .put("fileOwner", entry.fileOwner())
                .object(isByHand ? "seenBy" : "by", by -> write(by, entry.beginning().actor()));
    }

    private static void write(Json json, Actor actor) {
        json.put("user", actor.user())
                .put("uid", actor.uid())
                .put("loginUid", actor.loginUid())
                .put("sudoUser", actor.sudoUser())
                .put("host", actor.host())
                .put("terminal", actor.terminal())
                .put("pid", actor.process().pid())
                .put("startTicks", actor.process().startTicks())
                .put("bootId", actor.process().bootId())
                .put("workingFolder", actor.workingFolder())
                .list("commandLine", actor.commandLine())
                .list("parents", actor.parents(), (one, parent) -> one
                        .put("pid", parent.pid())
                        .put("startTicks", parent.startTicks())
                        .put("command", parent.command()));
    }
}
