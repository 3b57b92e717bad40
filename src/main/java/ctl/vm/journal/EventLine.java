package ctl.vm.journal;

import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Recorded;
import ctl.vm.problem.VmException;

/** An event as one line of the mirror: a JSON object sealed with the event's hash. */
record EventLine(SealedText sealed) {

    EventLine(String text) {
        this(new SealedText(text));
    }

    /** Whether the line's hash is that of its content; who skips this does not know what he reads. */
    boolean isIntact() {
        return sealed.isIntact();
    }

    String hash() {
        return sealed.hash();
    }

    String text() {
        return sealed.text();
    }

    /** @throws UnreadableText where no program of ours wrote this @throws UnknownEvent where a newer one did */
    Recorded recorded() {
        JsonObject json = JsonObject.parse(text());
        EventName name = EventName.named(json.text("name"), json.number("version"));
        try {
            return new Recorded(
                    json.number("sequence"),
                    new OperationId(json.text("operation")),
                    json.time("time"),
                    ActorJson.actor(json.object("actor")),
                    EventJson.event(name, json.object("payload")),
                    json.text("previous"),
                    json.text("hash"));
        } catch (VmException | IllegalArgumentException | ArithmeticException refused) {
            // A value breaks the rules of its type: a name, an id, a negative size.
            throw new UnreadableText(refused.getMessage());
        }
    }
}
