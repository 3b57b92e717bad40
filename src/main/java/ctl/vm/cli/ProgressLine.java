package ctl.vm.cli;

import ctl.vm.inventory.ByteCount;
import java.time.Duration;
import java.util.Locale;

/** The line that shows in place how far a step has come: share, bytes, rate and time left. */
final class ProgressLine {

    /** Before this much time the rate says nothing. */
    private static final Duration SETTLING = Duration.ofMillis(500);

    private ProgressLine() {}

    /** @param done bytes of {@code work} so far; a step without work has no share */
    static String of(String step, ByteCount done, ByteCount work, Duration elapsed) {
        if (work.bytes() == 0) {
            return "[ .. ] " + step;
        }
        long percent = Math.min(99, Math.round(100.0 * done.bytes() / work.bytes()));
        String line = String.format(
                Locale.ROOT, "[ %2d%%] %s  %s of %s", percent, step, done.brief(), work.brief());
        return elapsed.compareTo(SETTLING) < 0 || done.bytes() == 0 ? line : line + rate(done, work, elapsed);
    }

    private static String rate(ByteCount done, ByteCount work, Duration elapsed) {
        double bytesPerSecond = done.bytes() * 1e9 / elapsed.toNanos();
        long secondsLeft = Math.round(Math.max(0, work.bytes() - done.bytes()) / bytesPerSecond);
        return String.format(
                Locale.ROOT,
                "  %s/s  %d:%02d left",
                new ByteCount((long) bytesPerSecond).brief(),
                secondsLeft / 60,
                secondsLeft % 60);
    }
}
