package ctl.vm.problem;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What became of a VM or snapshot that is not there, as far as that is known. */
public sealed interface Fate {

    /** Its name when that happened, which may be a later one than the one that was asked for. */
    String name();

    /** When that happened; empty where the journal has not recorded it yet. */
    Optional<When> when();

    /** A point in time. @param ago how long ago that is */
    record When(Instant time, Duration ago) {}

    /** It is in the trash. @param by user who deleted it */
    record Trashed(String name, String by, Optional<When> when) implements Fate {}

    /** It was deleted, and is in the trash no more. @param by user who deleted it */
    record Freed(String name, String by, Optional<When> when) implements Fate {}

    /** It is there. @param now its name by now; @param byHand whether it was moved rather than renamed */
    record Renamed(String name, String now, boolean byHand, Optional<When> when) implements Fate {}

    /** It was removed by hand. @param when it was noticed */
    record RemovedByHand(String name, Optional<When> when) implements Fate {}
}
