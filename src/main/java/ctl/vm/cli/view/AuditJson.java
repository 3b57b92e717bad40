package ctl.vm.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.cli.output.Json;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.SnapshotName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A line of the audit as JSON. Field names and types are stable; sizes are bytes, times ISO 8601 in UTC. */
public final class AuditJson {

    private AuditJson() {}

    public static String of(AuditEntry entry) {
        return Json.compact(json -> {
            json.writeNumberField("sequence", entry.beginning().sequence());
            json.writeNumberField("lastSequence", entry.latest().sequence());
            json.writeStringField("operation", entry.beginning().operation().text());
            json.writeStringField("time", entry.beginning().time().toString());
            json.writeStringField("action", entry.action().text());
            json.writeStringField("on", AuditEntries.object(entry));
            writeSubject(json, entry);
            json.writeStringField("outcome", AuditEntries.outcome(entry));
            if (entry.reason().isPresent()) {
                json.writeStringField("reason", entry.reason().get());
            }
            if (entry.took().isPresent()) {
                json.writeNumberField("tookMillis", entry.took().get().toMillis());
            }
            if (entry.size().isPresent()) {
                json.writeNumberField("sizeBytes", entry.size().get().bytes());
            }
            if (entry.packageDigest().isPresent()) {
                json.writeStringField("sha256", entry.packageDigest().get().hex());
            }
            if (entry.notBefore().isPresent()) {
                json.writeStringField("notBefore", entry.notBefore().get().toString());
            }
            if (entry.fileOwner().isPresent()) {
                json.writeStringField("fileOwner", entry.fileOwner().get());
            }
            write(json, entry.byHand().isPresent() ? "seenBy" : "by", entry.beginning().actor());
        });
    }

    private static void writeSubject(JsonGenerator json, AuditEntry entry) throws IOException {
        json.writeStringField("vm", AuditEntries.subject(entry).text());
        Optional<SnapshotName> snapshot = AuditEntries.snapshot(entry);
        if (snapshot.isPresent()) {
            json.writeStringField("snapshot", snapshot.get().text());
        }
        if (entry.byHand().isPresent()) {
            json.writeStringField("change", entry.byHand().get().text());
        }
        if (entry.imageByHand().isPresent()) {
            json.writeStringField("file", entry.imageByHand().get().fileName());
        }
        if (entry.byHand().isPresent() && entry.counterpart().isPresent()) {
            json.writeStringField("from", entry.counterpart().get());
        }
    }

    private static void write(JsonGenerator json, String field, Actor actor) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("user", actor.user());
        json.writeNumberField("uid", actor.uid());
        if (actor.loginUid().isPresent()) {
            json.writeNumberField("loginUid", actor.loginUid().get());
        }
        if (actor.sudoUser().isPresent()) {
            json.writeStringField("sudoUser", actor.sudoUser().get());
        }
        json.writeStringField("host", actor.host());
        if (actor.terminal().isPresent()) {
            json.writeStringField("terminal", actor.terminal().get());
        }
        json.writeNumberField("pid", actor.process().pid());
        json.writeNumberField("startTicks", actor.process().startTicks());
        json.writeStringField("bootId", actor.process().bootId());
        json.writeStringField("workingFolder", actor.workingFolder());
        json.writeArrayFieldStart("commandLine");
        for (String word : actor.commandLine()) {
            json.writeString(word);
        }
        json.writeEndArray();
        write(json, actor.parents());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, List<Actor.Parent> parents) throws IOException {
        json.writeArrayFieldStart("parents");
        for (Actor.Parent parent : parents) {
            json.writeStartObject();
            json.writeNumberField("pid", parent.pid());
            json.writeNumberField("startTicks", parent.startTicks());
            json.writeStringField("command", parent.command());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
