package ctl.vm.journal.json;

import ctl.vm.inventory.Actor;
import java.util.List;

/** How an actor is written. What is not known of it is left out. */
public final class ActorJson {

    private ActorJson() {}

    public static String text(Actor actor) {
        return JsonWriter.object(json -> write(json, actor));
    }

    static void write(JsonWriter json, Actor actor) {
        json.text("user", actor.user());
        json.number("uid", actor.uid());
        json.number("loginUid", actor.loginUid());
        json.text("sudoUser", actor.sudoUser());
        json.text("host", actor.host());
        json.object("process", process -> {
            process.number("pid", actor.process().pid());
            process.number("startTicks", actor.process().startTicks());
            process.text("bootId", actor.process().bootId());
        });
        json.text("terminal", actor.terminal());
        json.text("workingFolder", actor.workingFolder());
        json.texts("commandLine", actor.commandLine());
        if (!actor.parents().isEmpty()) {
            json.objects("parents", actor.parents(), ActorJson::write);
        }
    }

    private static void write(JsonWriter json, Actor.Parent parent) {
        json.number("pid", parent.pid());
        json.number("startTicks", parent.startTicks());
        json.text("command", parent.command());
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
                json.has("parents") ? json.objects("parents").stream().map(ActorJson::parent).toList() : List.of());
    }

    private static Actor.Parent parent(JsonObject json) {
        return new Actor.Parent(json.number("pid"), json.number("startTicks"), json.text("command"));
    }
}
