package ctl.vm.journal;

import java.util.Optional;

import ctl.vm.inventory.Seal;
import ctl.vm.inventory.Sha256;

/** The end of the chain of events: number and hash of the last one. It stands for everything before it. */
record Head(long sequence, String hash) {

    /** Before the first event. */
    static final Head BEGINNING = new Head(0, "0".repeat(64));

    Seal seal() {
        return new Seal(sequence, new Sha256(hash));
    }

    static Head of(Optional<EventRow> last) {
        return last.map(row -> new Head(row.sequence(), row.hash())).orElse(BEGINNING);
    }
}
