package ctl.vm.cli;

import java.time.Duration;

/** Says how long something takes or stays, in the one unit that fits: {@code 24 hours}, {@code 7 days}. */
final class TimeSpan {

    private TimeSpan() {}

    static String words(Duration span) {
        if (span.compareTo(Duration.ofDays(2)) >= 0) {
            return Counted.of(span.toDays(), "day");
        }
        if (span.compareTo(Duration.ofHours(1)) >= 0) {
            return Counted.of(span.toHours(), "hour");
        }
        return span.compareTo(Duration.ofMinutes(1)) >= 0
                ? Counted.of(span.toMinutes(), "minute")
                : Counted.of(span.toSeconds(), "second");
    }
}
