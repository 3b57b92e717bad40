package ctl.vm.journal.mirror;

import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.EventRow;
import java.util.Optional;

/** How the end of the mirror stands to the end of the database. */
public sealed interface MirrorState {

    /** Both end with the same event. */
    record InStep() implements MirrorState {}

    /**
     * The mirror lacks the database's last event, or has only part of its line: the process that wrote it died before the event
     * was acknowledged.
     *
     * @param wholeLength bytes of the mirror that are right
     */
    record LastLineMissing(long wholeLength) implements MirrorState {}

    /** The mirror holds more than the database, which therefore has lost events. */
    record DatabaseBehind(String reason) implements MirrorState {}

    /** Nothing that a crash can leave. */
    record MirrorWrong(String reason) implements MirrorState {}

    static MirrorState between(Optional<EventRow> last, Mirror.Tail tail) {
        return last.map(row -> between(row, tail)).orElseGet(() -> withoutEvents(tail));
    }

    private static MirrorState withoutEvents(Mirror.Tail tail) {
        return tail.wholeLength() == 0 && tail.torn().length == 0
                ? new InStep()
                : new DatabaseBehind("the database holds no events, and its mirror does");
    }

    private static MirrorState between(EventRow row, Mirror.Tail tail) {
        EventLine line = row.line();
        if (tail.last().equals(line.text())) {
            return tail.torn().length == 0
                    ? new InStep()
                    : new DatabaseBehind("its mirror goes on behind event %d".formatted(row.sequence()));
        }
        if (endsBefore(row, tail)) {
            return isBeginning(tail.torn(), Mirror.bytes(line))
                    ? new LastLineMissing(tail.wholeLength())
                    : new MirrorWrong("the last line of its mirror is not event %d".formatted(row.sequence()));
        }
        return disagreement(row, tail);
    }

    /** Whether the mirror's last whole line is the event before this one. */
    private static boolean endsBefore(EventRow row, Mirror.Tail tail) {
        if (row.sequence() == 1) {
            return tail.wholeLength() == 0;
        }
        var line = new EventLine(tail.last());
        return line.isIntact() && line.hash().equals(row.previous());
    }

    /** Whether a crash can have left this of a line: its beginning, with zeros where the disk got no data. */
    private static boolean isBeginning(byte[] torn, byte[] line) {
        if (torn.length > line.length) {
            return false;
        }
        for (int at = 0; at < torn.length; at++) {
            if (torn[at] != line[at] && torn[at] != 0) {
                return false;
            }
        }
        return true;
    }

    private static MirrorState disagreement(EventRow row, Mirror.Tail tail) {
        long mirrored = sequence(tail);
        String reason = mirrored == row.sequence()
                ? "event %d differs between the database and its mirror".formatted(mirrored)
                : "the database ends with event %d, and its mirror with %s".formatted(
                        row.sequence(), mirrored == 0 ? "no event" : "event " + mirrored);
        return mirrored > row.sequence() ? new DatabaseBehind(reason) : new MirrorWrong(reason);
    }

    /** Of the mirror's last whole line; 0 where that is not an event. */
    private static long sequence(Mirror.Tail tail) {
        var line = new EventLine(tail.last());
        return line.isIntact() ? line.sequence().orElse(0) : 0;
    }
}
