package ctl.vm.cli;

import java.time.Duration;

/** Says how long something takes or stays, in the one unit that fits: {@code 24 hours}, {@code 7 days}. */
final class TimeSpan {

    private TimeSpan() {}

    static String words(Duration span) {
        if (span.compareTo(Duration.ofDays(2)) >= 0) {
            return count(span.toDays(), "day");
        }
        if (span.compareTo(Duration.ofHours(1)) >= 0) {
            return count(span.toHours(), "hour");
        }
        return span.compareTo(Duration.ofMinutes(1)) >= 0
                ? count(span.toMinutes(), "minute")
                : count(span.toSeconds(), "second");
    }

    private static String count(long number, String unit) {
        // Not by a format string: the first number in one takes a start 5 ms.
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
