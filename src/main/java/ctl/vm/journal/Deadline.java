package ctl.vm.journal;

import java.time.Duration;

/** How long to go on asking for something that another process holds; it runs from when it is made. */
public final class Deadline {

    private static final long PAUSE_MILLIS = 20;

    private final Duration whole;
    private final long startNanos = System.nanoTime();

    public Deadline(Duration whole) {
        this.whole = whole;
    }

    /** For a single try. */
    public static Deadline none() {
        return new Deadline(Duration.ZERO);
    }

    public Duration whole() {
        return whole;
    }

    /** Waits a moment before the next try; says no when there shall be none. */
    public boolean pause() {
        if (System.nanoTime() - startNanos >= whole.toNanos()) {
            return false;
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
