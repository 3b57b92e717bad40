package ctl.vm.cli.console;

import ctl.vm.cli.output.TimeFormat;
import ctl.vm.inventory.value.ByteCount;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/** The line that shows in place how far the work has come: share, bytes, rate and time left. */
public final class ProgressLine {

    private static final String CUT = "…";
    private static final int SHORTEST_STEP = 8;
    private static final Duration WORTH_A_RATE = Duration.ofMillis(100);

    private ProgressLine() {}

    /**
     * The most that fits: in a narrow window first the rate goes, then the bytes, and then the end of the step's name.
     *
     * @param done bytes of {@code work} so far; a step without work has no share
     * @param columns of the window that can be used
     */
    public static String of(String step, ByteCount done, ByteCount work, OptionalDouble bytesPerSecond, int columns) {
        String share = work.bytes() == 0 ? "[ .. ] " : share(percent(done, work));
        List<String> rests = rests(done, work, bytesPerSecond);
        for (String rest : rests) {
            if (columns - share.length() - rest.length() >= step.length()) {
                return share + step + rest;
            }
        }
        int room = columns - share.length() - rests.getLast().length();
        if (room >= SHORTEST_STEP) {
            return share + step.substring(0, room - 1) + CUT + rests.getLast();
        }
        String bare = share + step;
        if (bare.length() <= columns) {
            return bare;
        }
        return columns <= 0 ? "" : bare.substring(0, columns - 1) + CUT;
    }

    /** What a step has taken, for {@code --verbose}. */
    public static String after(String step, ByteCount work, Duration time) {
        String line = step + " took " + TimeFormat.brief(time);
        return work.bytes() == 0 || time.compareTo(WORTH_A_RATE) < 0
                ? line
                : line + ": " + work.brief() + ", " + new ByteCount(work.bytes() * 1000 / time.toMillis()).brief()
                        + "/s";
    }

    private static String share(long percent) {
        return "[ " + (percent < 10 ? " " : "") + percent + "%] ";
    }

    private static long percent(ByteCount done, ByteCount work) {
        return Math.min(99, Math.round(100.0 * done.bytes() / work.bytes()));
    }

    /** What stands behind the name of the step, the longest first. */
    private static List<String> rests(ByteCount done, ByteCount work, OptionalDouble bytesPerSecond) {
        if (work.bytes() == 0) {
            return done.bytes() == 0 ? List.of("") : List.of("  " + done.brief());
        }
        String bytes = "  " + done.brief() + " of " + work.brief();
        if (bytesPerSecond.isEmpty()) {
            return List.of(bytes);
        }
        String left = timeLeft(done, work, bytesPerSecond.getAsDouble());
        String rate = "  " + new ByteCount((long) bytesPerSecond.getAsDouble()).brief() + "/s";
        return List.of(bytes + rate + left, bytes + left, left);
    }

    private static String timeLeft(ByteCount done, ByteCount work, double bytesPerSecond) {
        long seconds = Math.round(Math.max(0, work.bytes() - done.bytes()) / bytesPerSecond);
        return "  " + TimeFormat.clock(seconds) + " left";
    }
}
