package ctl.vm.journal.repair;

import ctl.vm.journal.chain.Head;
import ctl.vm.journal.listing.RecordedEnd;
import java.util.Optional;

/**
 * Whether the events that can be read of a journal are all that were recorded.
 *
 * <p>A database that is whole shows that by itself. One that is damaged proves nothing about its mirror, which may have
 * lost its end as well: then what was written beside the two has to name the event with which they end.
 */
final class Completeness {

    private Completeness() {}

    /**
     * Why some may be missing that nothing names.
     *
     * @param end the last event that can be read
     * @param trouble why the database does not show that this was the last; empty where it does
     */
    static Optional<String> doubt(Head end, Optional<String> trouble, RecordedEnd recorded) {
        if (trouble.isEmpty() || recorded.shows(end)) {
            return Optional.empty();
        }
        String lost = end.sequence() == 0
                ? "every event may be lost"
                : "events behind event %d may be lost".formatted(end.sequence());
        return Optional.of("%s: the database cannot show that there were none (%s), and %s".formatted(
                lost, trouble.get(), recorded.isUnknown()
                        ? "journal/head and journal/listing are missing or damaged"
                        : "what was written beside it last is of event %d".formatted(recorded.newest())));
    }

    /** Why a database does not show the end of the events that were recovered, although it can be read. */
    static Optional<String> trouble(boolean lacksEnd, long highest, Head end) {
        if (lacksEnd) {
            return Optional.of("it lacks its end");
        }
        return highest < end.sequence()
                ? Optional.of(highest == 0 ? "it holds no events" : "it ends with event %d".formatted(highest))
                : Optional.empty();
    }
}
