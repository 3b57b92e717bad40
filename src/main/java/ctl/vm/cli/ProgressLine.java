package ctl.vm.cli;

import ctl.vm.inventory.ByteCount;
import java.util.Locale;
import java.util.OptionalDouble;

/** The line that shows in place how far the work has come: share, bytes, rate and time left. */
final class ProgressLine {

    private ProgressLine() {}

    /** @param done bytes of {@code work} so far; a step without work has no share */
    static String of(String step, ByteCount done, ByteCount work, OptionalDouble bytesPerSecond) {
        if (work.bytes() == 0) {
            return "[ .. ] " + step;
        }
        long percent = Math.min(99, Math.round(100.0 * done.bytes() / work.bytes()));
        String line = String.format(
                Locale.ROOT, "[ %2d%%] %s  %s of %s", percent, step, done.brief(), work.brief());
        return bytesPerSecond.isEmpty() ? line : line + rate(done, work, bytesPerSecond.getAsDouble());
    }

    private static String rate(ByteCount done, ByteCount work, double bytesPerSecond) {
        long secondsLeft = Math.round(Math.max(0, work.bytes() - done.bytes()) / bytesPerSecond);
        return String.format(
                Locale.ROOT,
                "  %s/s  %d:%02d left",
                new ByteCount((long) bytesPerSecond).brief(),
                secondsLeft / 60,
                secondsLeft % 60);
    }
}
