package ctl.vm.cli.output;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/** Times for people, in the time zone of this machine. Not by a formatter: the first one takes a start 5 ms. */
public final class WallClock {

    private WallClock() {}

    /** {@code 2026-11-23 10:15}. */
    public static String minute(Instant time) {
        return minute(local(time));
    }

    /** {@code 2026-11-23 10:15:07}. */
    public static String second(Instant time) {
        LocalDateTime local = local(time);
        return minute(local) + ":" + Pluralizer.twoDigits(local.getSecond());
    }

    /** {@code Europe/Berlin}: it holds for times before and after a change of the clocks. */
    public static String zone() {
        return ZoneId.systemDefault().getId();
    }

    private static LocalDateTime local(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneId.systemDefault());
    }

    private static String minute(LocalDateTime local) {
        return local.toLocalDate() + " " + Pluralizer.twoDigits(local.getHour()) + ":"
                + Pluralizer.twoDigits(local.getMinute());
    }
}
