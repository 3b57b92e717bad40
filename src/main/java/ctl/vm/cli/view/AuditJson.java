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

    public static String of(AuditEntry deed) {
        return Json.compact(json -> {
            json.writeNumberField("sequence", deed.beginning().sequence());
            json.writeNumberField("lastSequence", deed.latest().sequence());
            json.writeStringField("operation", deed.beginning().operation().text());
            json.writeStringField("time", deed.beginning().time().toString());
            json.writeStringField("action", deed.action().text());
            json.writeStringField("on", AuditEntries.object(deed));
            writeSubject(json, deed);
            json.writeStringField("outcome", AuditEntries.outcome(deed));
            if (deed.reason().isPresent()) {
                json.writeStringField("reason", deed.reason().get());
            }
            if (deed.took().isPresent()) {
                json.writeNumberField("tookMillis", deed.took().get().toMillis());
            }
            if (deed.size().isPresent()) {
                json.writeNumberField("sizeBytes", deed.size().get().bytes());
            }
            if (deed.packageDigest().isPresent()) {
                json.writeStringField("sha256", deed.packageDigest().get().hex());
            }
            if (deed.notBefore().isPresent()) {
                json.writeStringField("notBefore", deed.notBefore().get().toString());
            }
            if (deed.fileOwner().isPresent()) {
                json.writeStringField("fileOwner", deed.fileOwner().get());
            }
            write(json, deed.byHand().isPresent() ? "seenBy" : "by", deed.beginning().actor());
        });
    }

    private static void writeSubject(JsonGenerator json, AuditEntry deed) throws IOException {
        json.writeStringField("vm", AuditEntries.subject(deed).text());
        Optional<SnapshotName> snapshot = AuditEntries.snapshot(deed);
        if (snapshot.isPresent()) {
            json.writeStringField("snapshot", snapshot.get().text());
        }
        if (deed.byHand().isPresent()) {
            json.writeStringField("change", deed.byHand().get().text());
        }
        if (deed.imageByHand().isPresent()) {
            json.writeStringField("file", deed.imageByHand().get().fileName());
        }
        if (deed.byHand().isPresent() && deed.counterpart().isPresent()) {
            json.writeStringField("from", deed.counterpart().get());
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
