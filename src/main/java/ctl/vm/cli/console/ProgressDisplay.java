package ctl.vm.cli.console;

import ctl.vm.cli.output.TerminalEscaper;
import ctl.vm.inventory.value.ByteCount;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How far the work has come, drawn in place while it goes on.
 *
 * <p>It never stops the work: whatever goes wrong in here is caught, and from then on nothing is drawn any more.
 */
final class ProgressDisplay {

    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

    /** Some terminals begin a new line as soon as the last column is written; and Ctrl-C is echoed as two characters. */
    private static final int EMPTY_COLUMNS = 3;

    private final Streams streams;
    private final BooleanSupplier isShown;
    private final IntSupplier columns;
    private final LongSupplier nanoTime;
    private final WorkDone work = new WorkDone();
    private final RecentRate rate = new RecentRate();
    private String step = "";
    private long begunNanos;
    private long drawnNanos;
    private Optional<Throwable> failure = Optional.empty();

    /**
     * @param isShown whether progress is to be drawn
     * @param columns how wide the window is at that moment
     * @param nanoTime a clock that never goes back
     */
    ProgressDisplay(Streams streams, BooleanSupplier isShown, IntSupplier columns, LongSupplier nanoTime) {
        this.streams = streams;
        this.isShown = isShown;
        this.columns = columns;
        this.nanoTime = nanoTime;
    }

    /** Steps begin that are so much work in all. */
    void expect(ByteCount bytes) {
        work.expect(bytes);
        rate.clear();
    }

    /** A step begins. @param bytes that it will do, zero for a quick one */
    void begin(String name, ByteCount bytes) {
        work.begin(bytes);
        start(name);
    }

    /** A step begins that does a share of the expected work; how large a share is not known. */
    void beginShare(String name) {
        work.beginShare();
        start(name);
    }

    void advance(long bytes) {
        work.advance(bytes);
        if (failure.isEmpty()) {
            try {
                if (nanoTime.getAsLong() - drawnNanos >= REDRAW_NANOS) {
                    draw();
                }
            } catch (RuntimeException | Error wrong) {
                failure = Optional.of(wrong);
            }
        }
    }

    /** So much of the step was done before: it says nothing of how fast this attempt is. */
    void alreadyDone(long bytes) {
        work.alreadyDone(bytes);
        rate.clear();
    }

    /** The name of the step that runs. */
    String step() {
        return step;
    }

    /** What the step that runs has taken. */
    String taken() {
        try {
            return ProgressLine.after(step, work.ofStep(), Duration.ofNanos(nanoTime.getAsLong() - begunNanos));
        } catch (RuntimeException | Error wrong) {
            failure = Optional.of(wrong);
            return step;
        }
    }

    /** Why nothing is drawn any more; empty where all is well. */
    Optional<Throwable> failure() {
        return failure;
    }

    private void start(String name) {
        step = name;
        if (!work.isPartOfMore()) {
            rate.clear();
        }
        if (failure.isEmpty()) {
            try {
                begunNanos = nanoTime.getAsLong();
                draw();
            } catch (RuntimeException | Error wrong) {
                failure = Optional.of(wrong);
            }
        }
    }

    private void draw() {
        if (!isShown.getAsBoolean()) {
            return;
        }
        drawnNanos = nanoTime.getAsLong();
        rate.add(drawnNanos, work.done().bytes());
        streams.draw(ProgressLine.of(
                TerminalEscaper.text(step), work.done(), work.total(), rate.bytesPerSecond(),
                columns.getAsInt() - EMPTY_COLUMNS));
    }
}
