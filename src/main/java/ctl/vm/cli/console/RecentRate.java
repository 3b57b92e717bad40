package ctl.vm.cli.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** How fast something has gone over the last few seconds: what it did before says nothing about what is left. */
public final class RecentRate {

    private static final long WINDOW_NANOS = Duration.ofSeconds(5).toNanos();

    /** Over less time than this the rate says nothing. */
    private static final long SETTLING_NANOS = Duration.ofMillis(500).toNanos();

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Begins anew. */
    void clear() {
        samples.clear();
    }

    /**
     * So many bytes are done in all; fewer than before is something else that begins.
     *
     * @param nanos of a clock that never goes back
     */
    public void add(long nanos, long bytes) {
        if (!samples.isEmpty() && bytes < samples.getLast().bytes) {
            clear();
        }
        samples.add(new Sample(nanos, bytes));
        // Two are kept however long ago the first was: on a slow disk they may be all there is.
        while (samples.size() > 2 && nanos - samples.element().nanos > WINDOW_NANOS) {
            samples.remove();
        }
    }

    public OptionalDouble bytesPerSecond() {
        if (samples.isEmpty()) {
            return OptionalDouble.empty();
        }
        long nanos = samples.getLast().nanos - samples.getFirst().nanos;
        long bytes = samples.getLast().bytes - samples.getFirst().bytes;
        return nanos < SETTLING_NANOS || bytes <= 0 ? OptionalDouble.empty() : OptionalDouble.of(bytes * 1e9 / nanos);
    }

    private record Sample(long nanos, long bytes) {}
}
