package ctl.vm.journal.chain;

import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.json.ActorJson;
import ctl.vm.journal.json.EventJson;
import ctl.vm.journal.json.EventName;
import ctl.vm.journal.json.HashedLine;
import ctl.vm.journal.json.JsonObject;
import ctl.vm.journal.json.UnknownEvent;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.problem.VmException;
import java.util.OptionalLong;

/** An event as one line of the mirror: a JSON object sealed with the event's hash. */
public record EventLine(HashedLine sealed) {

    private static final String BEFORE_SEQUENCE = "{\"sequence\":";
    private static final String BEFORE_PREVIOUS = ",\"previous\":\"";
    /** Characters at the end of a line, from there on. */
    private static final int PREVIOUS_LENGTH = (BEFORE_PREVIOUS + Head.BEGINNING.hash() + "\"").length()
            + HashedLine.SEAL_LENGTH;

    public EventLine(String text) {
        this(new HashedLine(text));
    }

    /** Whether the line's hash is that of its content; a reader that skips this does not know what it reads. */
    public boolean isIntact() {
        return sealed.isIntact();
    }

    public String hash() {
        return sealed.hash();
    }

    /** The number that the line says it has. */
    public OptionalLong sequence() {
        return sequence(text());
    }

    /** Whether it has what makes up a link of the chain, where the journal writes it. */
    public boolean hasItsPlace() {
        return sequence().orElse(0) > 0
                && text().length() > PREVIOUS_LENGTH
                && text().startsWith(BEFORE_PREVIOUS, text().length() - PREVIOUS_LENGTH);
    }

    /** Of a line that {@link #hasItsPlace}: the hash of the event before it. */
    public String previous() {
        int start = text().length() - PREVIOUS_LENGTH + BEFORE_PREVIOUS.length();
        return text().substring(start, start + Head.BEGINNING.hash().length());
    }

    /** Of a line that {@link #hasItsPlace}: the place behind its payload. */
    int endOfPayload() {
        return text().length() - PREVIOUS_LENGTH;
    }

    /** Whether this comes next, by its number and by the hash of the one before it. */
    public boolean follows(Head head) {
        return hasItsPlace() && sequence().getAsLong() == head.sequence() + 1 && previous().equals(head.hash());
    }

    public String text() {
        return sealed.text();
    }

    /** @throws UnreadableText where no program of ours wrote this @throws UnknownEvent where a newer one did */
    public Recorded recorded() {
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
        } catch (VmException refused) {
            throw UnreadableText.of(refused);
        } catch (IllegalArgumentException | ArithmeticException refused) {
            // A value breaks the rules of its type: an id, a negative size.
            throw new UnreadableText(refused.getMessage());
        }
    }

    /** The number of the event of a line, or of the first bytes of one; nothing else of it is looked at. */
    public static OptionalLong sequence(String line) {
        int end = line.indexOf(',');
        try {
            return line.startsWith(BEFORE_SEQUENCE)
                    ? OptionalLong.of(Long.parseLong(line.substring(BEFORE_SEQUENCE.length(), end)))
                    : OptionalLong.empty();
        } catch (IndexOutOfBoundsException | NumberFormatException foreign) {
            return OptionalLong.empty();
        }
    }
}
