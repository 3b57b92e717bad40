package ctl.vm.cli.output;

import java.time.Duration;

/** Says how long something takes or stays. The only way: all that people read has one style. */
public final class DurationFormat {

    private DurationFormat() {}

    /** How long something took: {@code 0.4 s}, {@code 2 min 5 s}, {@code 3 h 4 min}. */
    public static String brief(Duration took) {
        if (took.compareTo(Duration.ofMinutes(1)) < 0) {
            // Not by a format string: the first one with a fraction takes a start 5 ms.
            long tenths = (took.toMillis() + 50) / 100;
            return tenths / 10 + "." + tenths % 10 + " s";
        }
        return took.toHours() == 0
                ? "%d min %d s".formatted(took.toMinutes(), took.toSecondsPart())
                : "%d h %d min".formatted(took.toHours(), took.toMinutesPart());
    }

    /** What is left of something, as a clock that runs backwards: {@code 0:07}, {@code 12:30}. */
    public static String clock(long seconds) {
        return seconds / 60 + ":" + Pluralizer.twoDigits(seconds % 60);
    }

    /** How long something is kept, in the one unit that fits: {@code 24 hours}, {@code 7 days}. */
    public static String describe(Duration span) {
        if (span.compareTo(Duration.ofDays(2)) >= 0) {
            return Pluralizer.of(span.toDays(), "day");
        }
        if (span.compareTo(Duration.ofHours(1)) >= 0) {
            return Pluralizer.of(span.toHours(), "hour");
        }
        return span.compareTo(Duration.ofMinutes(1)) >= 0
                ? Pluralizer.of(span.toMinutes(), "minute")
                : Pluralizer.of(span.toSeconds(), "second");
    }
}
