package ctl.vm.journal.repair;

import java.util.Optional;

/** What is known to have been in a journal, and is not in what was salvaged of it. */
record Loss(RecoveredData remains, LogRecovery salvage) {

    /** Names the events; empty where there is no loss. */
    Optional<String> text() {
        long first = salvage.head().sequence() + 1;
        long last = remains.lastKnown(salvage);
        if (last >= first) {
            return Optional.of("%s, up to event %d: %s".formatted(
                    first == 1 ? "every event" : "event %d and those after it".formatted(first),
                    last,
                    salvage.end().orElse("event %d can be read neither from the database nor from its mirror"
                            .formatted(first))));
        }
        long leftOut = remains.leftOut(salvage).first();
        if (leftOut > 0) {
            return Optional.of("event %d stands in the database and in its mirror with different contents"
                    .formatted(leftOut));
        }
        return first == 1 && remains.trouble().isPresent()
                ? Optional.of("every event: neither the database nor its mirror can be read")
                : Optional.empty();
    }
}
