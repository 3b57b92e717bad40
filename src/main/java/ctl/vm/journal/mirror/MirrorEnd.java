package ctl.vm.journal.mirror;

import ctl.vm.durable.DiskFile;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.EventRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where a mirror whose end is damaged is right: up to the line of the database's last event or, without that, of the
 * one before.
 *
 * @param rightLength bytes up to there, with the line feed
 * @param event number of the event whose line ends there
 * @param newestBehind number of the newest event that stands behind it, whole and right, and is not the database's
 */
record MirrorEnd(long rightLength, long event, Optional<Long> newestBehind) {

    /** A line is a thousand bytes; one of a VM with thousands of snapshots is a thousand times as long. */
    private static final int FIRST_LOOK_BYTES = 1 << 20;

    /** What a power cut leaves is no longer than the line that was being written. */
    private static final int LONGEST_LOOK_BYTES = 1 << 24;

    /** @param last the database's last event @return empty where its end has neither of the two lines */
    static Optional<MirrorEnd> of(DiskFile mirror, EventRow last) {
        long length = mirror.size();
        Optional<MirrorEnd> found = Optional.empty();
        long from = length;
        for (int look = FIRST_LOOK_BYTES; found.isEmpty() && from > 0 && look <= LONGEST_LOOK_BYTES; look *= 4) {
            from = Math.max(0, length - look);
            found = new Search(MirrorLines.read(mirror, from, length), from, last).end();
        }
        return found;
    }

    /** The last bytes of a mirror. @param start where they stand in it */
    private record Search(byte[] bytes, long start, EventRow last) {

        Optional<MirrorEnd> end() {
            Optional<MirrorEnd> before = start == 0 && last.sequence() == 1 ? Optional.of(at(0, 0)) : Optional.empty();
            byte[] wanted = Mirror.bytes(last.line());
            for (int line = 0; line < bytes.length;) {
                int next = next(line);
                if (Arrays.equals(bytes, line, next, wanted, 0, wanted.length)) {
                    return Optional.of(at(next, last.sequence()));
                }
                if (before.isEmpty() && isBeforeLast(line, next)) {
                    before = Optional.of(at(next, last.sequence() - 1));
                }
                line = next;
            }
            return before;
        }

        private MirrorEnd at(int end, long event) {
            return new MirrorEnd(start + end, event, newestFrom(end));
        }

        private boolean isBeforeLast(int from, int to) {
            return bytes[to - 1] == '\n'
                    && event(from, to).filter(line -> line.sequence().orElse(0) == last.sequence() - 1
                            && line.hash().equals(last.previous())).isPresent();
        }

        /** The newest of the events that were in the mirror from the database's last on, as one or instead of it. */
        private Optional<Long> newestFrom(int end) {
            Optional<Long> newest = Optional.empty();
            for (int line = end; line < bytes.length; line = next(line)) {
                long number = event(line, next(line)).map(event -> event.sequence().getAsLong()).orElse(0L);
                if (number >= last.sequence() && number > newest.orElse(0L)) {
                    newest = Optional.of(number);
                }
            }
            return newest;
        }

        /** A line that is an event, whole and right, with its line feed or without it. */
        private Optional<EventLine> event(int from, int to) {
            int end = bytes[to - 1] == '\n' ? to - 1 : to;
            return Optional.of(new EventLine(new String(bytes, from, end - from, StandardCharsets.UTF_8)))
                    .filter(line -> line.isIntact() && line.hasItsPlace());
        }

        private int next(int line) {
            for (int at = line; at < bytes.length; at++) {
                if (bytes[at] == '\n') {
                    return at + 1;
                }
            }
            return bytes.length;
        }
    }
}
