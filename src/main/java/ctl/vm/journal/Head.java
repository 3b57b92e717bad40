package ctl.vm.journal;

import java.util.Optional;

/** The end of the chain of events: number and hash of the last one. It stands for everything before it. */
record Head(long sequence, String hash) {

    /** Before the first event. */
    static final Head BEGINNING = new Head(0, "0".repeat(64));

    static Head of(Optional<EventRow> last) {
        return last.map(row -> new Head(row.sequence(), row.hash())).orElse(BEGINNING);
    }
}
