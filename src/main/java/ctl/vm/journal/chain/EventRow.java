package ctl.vm.journal.chain;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.json.ActorJson;
import ctl.vm.journal.json.EventJson;
import ctl.vm.journal.json.EventName;
import ctl.vm.journal.json.HashedLine;
import ctl.vm.journal.json.JsonObject;
import ctl.vm.journal.json.JsonWriter;
import ctl.vm.journal.json.UnreadableText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * An event as the database keeps it: the columns of its row.
 *
 * @param actor JSON
 * @param payload JSON
 */
public record EventRow(
        long sequence,
        String operation,
        Instant time,
        String name,
        int version,
        Optional<String> vm,
        Optional<String> snapshot,
        String actor,
        String payload,
        String previous,
        String hash) {

    private static final String BEFORE_ACTOR = ",\"actor\":";
    private static final String BEFORE_PAYLOAD = ",\"payload\":";

    /** The row that goes behind the last one, with the hash that it must have. */
    public static EventRow after(
            Head head, OperationId operation, Instant time, Actor actor, Event event, EventSubject subject) {
        EventName name = EventName.of(event);
        return new EventRow(
                head.sequence() + 1,
                operation.text(),
                time.truncatedTo(ChronoUnit.MICROS),
                name.text(),
                name.version(),
                subject.vm().map(VmName::text),
                subject.snapshot().map(SnapshotName::text),
                ActorJson.text(actor),
                EventJson.text(event),
                head.hash(),
                "").sealed();
    }

    /**
     * The row that has this line. Actor and payload are cut out as they are: no quotation mark within a text stands
     * there unescaped, and what comes of it is compared with the line.
     */
    public static EventRow of(EventLine line) {
        String text = line.text();
        int actor = text.indexOf(BEFORE_ACTOR);
        int payload = text.indexOf(BEFORE_PAYLOAD, Math.max(0, actor));
        if (actor < 0 || payload < 0 || !line.hasItsPlace()) {
            throw notOurs();
        }
        JsonObject json = JsonObject.parse(text.substring(0, actor) + "}");
        var row = new EventRow(
                json.number("sequence"),
                json.text("operation"),
                json.time("time"),
                json.text("name"),
                Math.toIntExact(json.number("version")),
                json.optionalText("vm"),
                json.optionalText("snapshot"),
                text.substring(actor + BEFORE_ACTOR.length(), payload),
                text.substring(payload + BEFORE_PAYLOAD.length(), line.endOfPayload()),
                line.previous(),
                line.hash());
        if (!row.line().equals(line)) {
            throw notOurs();
        }
        return row;
    }

    private static UnreadableText notOurs() {
        return new UnreadableText("it is not written as the journal writes");
    }

    /** This row with the hash that it must have. */
    public EventRow sealed() {
        return new EventRow(
                sequence, operation, time, name, version, vm, snapshot, actor, payload, previous,
                HashedLine.seal(unsealed()).hash());
    }

    /** The row as what it was made of. */
    public Recorded recorded(OperationId by, Actor who, Event event) {
        return new Recorded(sequence, by, time, who, event, previous, hash);
    }

    /** The row as its line in the mirror. The hash is the stored one, right or wrong. */
    public EventLine line() {
        return new EventLine(HashedLine.of(unsealed(), hash));
    }

    /** What the hash is taken over: every column but the hash, in this order; what is empty is left out. */
    private String unsealed() {
        return JsonWriter.object(json -> {
            json.number("sequence", sequence);
            json.text("operation", operation);
            json.text("time", time.toString());
            json.text("name", name);
            json.number("version", version);
            json.text("vm", vm);
            json.text("snapshot", snapshot);
            json.json("actor", actor);
            json.json("payload", payload);
            json.text("previous", previous);
        });
    }
}
