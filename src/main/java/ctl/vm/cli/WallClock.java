package ctl.vm.cli;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/** Times for people, in the time zone of this machine. Not by a formatter: the first one takes a start 5 ms. */
final class WallClock {

    private WallClock() {}

    /** {@code 2026-11-23 10:15}. */
    static String minute(Instant time) {
        return minute(local(time));
    }

    /** {@code 2026-11-23 10:15:07}. */
    static String second(Instant time) {
        LocalDateTime local = local(time);
        return minute(local) + ":" + Counted.twoDigits(local.getSecond());
    }

    /** {@code Europe/Berlin}: it holds for times before and after a change of the clocks. */
    static String zone() {
        return ZoneId.systemDefault().getId();
    }

    private static LocalDateTime local(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneId.systemDefault());
    }

    private static String minute(LocalDateTime local) {
        return local.toLocalDate() + " " + Counted.twoDigits(local.getHour()) + ":"
                + Counted.twoDigits(local.getMinute());
    }
}
