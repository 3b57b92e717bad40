package ctl.vm.journal.chain;

import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.value.Sha256;
import java.util.Optional;

/** The end of the chain of events: number and hash of the last one. It stands for everything before it. */
public record Head(long sequence, String hash) {

    /** Before the first event. */
    public static final Head BEGINNING = new Head(0, "0".repeat(64));

    public Seal seal() {
        return new Seal(sequence, new Sha256(hash));
    }

    public static Head of(Optional<EventRow> last) {
        return last.map(row -> new Head(row.sequence(), row.hash())).orElse(BEGINNING);
    }
}
