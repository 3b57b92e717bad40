package ctl.vm.journal.mirror;

import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.EventRow;
import java.util.Optional;

/** How the end of the mirror stands to the end of the database. */
public sealed interface MirrorState {

    /** Both end with the same event. */
    record InStep() implements MirrorState {}

    /**
     * The mirror lacks the database's last event, or has only part of its line: the process that wrote it died before
     * the event was acknowledged.
     *
     * @param wholeLength bytes of the mirror that are right
     */
    record LastLineMissing(long wholeLength) implements MirrorState {}

    /**
     * Behind the last line that is right stands something that is no event: a power cut can leave anything of what was
     * written last and not synced.
     *
     * @param rightLength bytes of the mirror up to there
     * @param event the number of the event whose line ends there: the database's last, or the one before it
     */
    record ForeignEnd(long rightLength, long event) implements MirrorState {}

    /** The mirror holds more than the database, which therefore has lost events. */
    record DatabaseBehind(String reason) implements MirrorState {}

    /** Nothing that a crash can leave. */
    record MirrorWrong(String reason) implements MirrorState {}

    /** @param last the newest event of the database */
    static MirrorState between(Optional<EventRow> last, Mirror mirror) {
        return last.map(row -> between(row, mirror)).orElseGet(() -> withoutEvents(mirror.tail()));
    }

    private static MirrorState withoutEvents(Mirror.Tail tail) {
        return tail.wholeLength() == 0 && tail.torn().length == 0
                ? new InStep()
                : new DatabaseBehind("the database holds no events, and its mirror does");
    }

    private static MirrorState between(EventRow row, Mirror mirror) {
        Mirror.Tail tail = mirror.tail();
        if (tail.torn().length == 0 && tail.last().equals(row.line().text())) {
            return new InStep();
        }
        if (endsBefore(row, tail) && isBeginning(tail.torn(), Mirror.bytes(row.line()))) {
            return new LastLineMissing(tail.wholeLength());
        }
        return mirror.end(row).map(end -> behind(row, end)).orElseGet(() -> disagreement(row, tail));
    }

    /**
     * The mirror is synced before an event is acknowledged, and one event is written at a time. So up to the event
     * before the database's last, each line is durable, and damage to it is not what a power cut leaves. What stands
     * behind may be anything, but no event that the database lacks: the database is synced first.
     */
    private static MirrorState behind(EventRow row, MirrorEnd end) {
        return end.newestBehind()
                .map(newest -> newest > row.sequence()
                        ? new DatabaseBehind(ends(row.sequence(), newest))
                        : (MirrorState) new MirrorWrong(differs(newest)))
                .orElseGet(() -> new ForeignEnd(end.rightLength(), end.event()));
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
        String reason = mirrored == row.sequence() ? differs(mirrored) : ends(row.sequence(), mirrored);
        return mirrored > row.sequence() ? new DatabaseBehind(reason) : new MirrorWrong(reason);
    }

    private static String differs(long event) {
        return "event %d differs between the database and its mirror".formatted(event);
    }

    private static String ends(long database, long mirror) {
        return "the database ends with event %d, and its mirror with %s".formatted(
                database, mirror == 0 ? "no event" : "event " + mirror);
    }

    /** Of the mirror's last whole line; 0 where that is not an event. */
    private static long sequence(Mirror.Tail tail) {
        var line = new EventLine(tail.last());
        return line.isIntact() ? line.sequence().orElse(0) : 0;
    }
}
