package ctl.vm.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * Times and durations as people read them: all of the program has one style. Times are in the time zone of this
 * machine.
 *
 * <p>Not by a formatter or a format string with a fraction: the first one takes a start 5 ms.
 */
public final class TimeFormat {

    private TimeFormat() {}

    /** {@code 2026-11-23 10:15}. */
    public static String minute(Instant time) {
        return minute(local(time));
    }

    /** {@code 2026-11-23 10:15:07}. */
    public static String second(Instant time) {
        LocalDateTime local = local(time);
        return minute(local) + ":" + twoDigits(local.getSecond());
    }

    /** {@code Europe/Berlin}: it holds for times before and after a change of the clocks. */
    public static String zone() {
        return ZoneId.systemDefault().getId();
    }

    /** How long something took: {@code 0.4 s}, {@code 2 min 5 s}, {@code 3 h 4 min}. */
    public static String brief(Duration took) {
        if (took.compareTo(Duration.ofMinutes(1)) < 0) {
            long tenths = (took.toMillis() + 50) / 100;
            return tenths / 10 + "." + tenths % 10 + " s";
        }
        return took.toHours() == 0
                ? "%d min %d s".formatted(took.toMinutes(), took.toSecondsPart())
                : "%d h %d min".formatted(took.toHours(), took.toMinutesPart());
    }

    /** What is left of something, as a clock that runs backwards: {@code 0:07}, {@code 12:30}. */
    public static String clock(long seconds) {
        return seconds / 60 + ":" + twoDigits(seconds % 60);
    }

    /** How long something is kept, in the one unit that fits: {@code 24 hours}, {@code 7 days}. */
    public static String span(Duration span) {
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

    private static LocalDateTime local(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneId.systemDefault());
    }

    private static String minute(LocalDateTime local) {
        return local.toLocalDate() + " " + twoDigits(local.getHour()) + ":" + twoDigits(local.getMinute());
    }

    private static String twoDigits(long number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }
}
