package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Actor;
import java.io.IOException;
import java.util.List;

/** How an actor is written. What is not known of it is left out. */
public final class ActorJson {

    private ActorJson() {}

    public static String text(Actor actor) {
        return JsonText.object(json -> write(json, actor));
    }

    public static void write(JsonGenerator json, Actor actor) throws IOException {
        json.writeStringField("user", actor.user());
        json.writeNumberField("uid", actor.uid());
        if (actor.loginUid().isPresent()) {
            json.writeNumberField("loginUid", actor.loginUid().get());
        }
        if (actor.sudoUser().isPresent()) {
            json.writeStringField("sudoUser", actor.sudoUser().get());
        }
        json.writeStringField("host", actor.host());
        JsonText.object(json, "process", fields -> {
            fields.writeNumberField("pid", actor.process().pid());
            fields.writeNumberField("startTicks", actor.process().startTicks());
            fields.writeStringField("bootId", actor.process().bootId());
        });
        if (actor.terminal().isPresent()) {
            json.writeStringField("terminal", actor.terminal().get());
        }
        json.writeStringField("workingFolder", actor.workingFolder());
        json.writeArrayFieldStart("commandLine");
        for (String argument : actor.commandLine()) {
            json.writeString(argument);
        }
        json.writeEndArray();
        if (!actor.parents().isEmpty()) {
            write(json, actor.parents());
        }
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

    public static Actor actor(JsonObject json) {
        JsonObject process = json.object("process");
        return new Actor(
                json.text("user"),
                json.number("uid"),
                json.optionalNumber("loginUid"),
                json.optionalText("sudoUser"),
                json.text("host"),
                new Actor.ProcessIdentity(process.number("pid"), process.number("startTicks"), process.text("bootId")),
                json.optionalText("terminal"),
                json.text("workingFolder"),
                json.texts("commandLine"),
                json.has("parents") ? parents(json.objects("parents")) : List.of());
    }

    private static List<Actor.Parent> parents(List<JsonObject> parents) {
        return parents.stream()
                .map(parent -> new Actor.Parent(
                        parent.number("pid"), parent.number("startTicks"), parent.text("command")))
                .toList();
    }
}
