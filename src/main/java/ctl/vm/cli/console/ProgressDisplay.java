package ctl.vm.cli.console;

import ctl.vm.cli.output.TerminalEscaper;
import ctl.vm.inventory.value.ByteCount;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How much of the work is done, drawn in place while it goes on: of all steps together where that was announced,
 * otherwise of the running step.
 *
 * <p>It never stops the work: whatever goes wrong while drawing is caught, and from then on nothing is drawn.
 */
final class ProgressDisplay {

    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

    /**
     * Some terminals begin a new line as soon as the last column is written; and Ctrl-C is echoed as two characters.
     */
    private static final int EMPTY_COLUMNS = 3;

    private final Streams streams;
    private final BooleanSupplier isShown;
    private final IntSupplier columns;
    private final LongSupplier nanoTime;
    private final RecentRate rate = new RecentRate();
    private String step = "";
    private long begunNanos;
    private long drawnNanos;
    private Optional<Throwable> failure = Optional.empty();

    /** Bytes of all steps that were announced together; zero where none were. */
    private long expected;
    /** Bytes of these steps that stand before the running one. */
    private long before;
    /** Bytes of the running step; zero where it does not say. */
    private long work;
    private long done;
    /** What an earlier attempt at the running step has done. */
    private long earlier;
    private boolean isShare;

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
        next(0, false);
        expected = bytes.bytes();
        before = 0;
        rate.clear();
    }

    /** A step begins. @param bytes that it will do, zero for a quick one */
    void begin(String name, ByteCount bytes) {
        next(bytes.bytes(), false);
        start(name);
    }

    /** A step begins that does a share of the expected work; how large a share is not known. */
    void beginShare(String name) {
        next(0, true);
        start(name);
    }

    void advance(long bytes) {
        done += bytes;
        draw(() -> {
            if (nanoTime.getAsLong() - drawnNanos >= REDRAW_NANOS) {
                draw();
            }
        });
    }

    /** So much of the step was done before: it says nothing of how fast this attempt is. */
    void alreadyDone(long bytes) {
        done += bytes;
        earlier += bytes;
        rate.clear();
    }

    /** The name of the running step. */
    String step() {
        return step;
    }

    /** What the running step has taken. */
    String taken() {
        try {
            return ProgressLine.after(step, new ByteCount(done - earlier),
                    Duration.ofNanos(nanoTime.getAsLong() - begunNanos));
        } catch (RuntimeException | Error wrong) {
            failure = Optional.of(wrong);
            return step;
        }
    }

    /** Why nothing is drawn any more; empty where all is well. */
    Optional<Throwable> failure() {
        return failure;
    }

    private void next(long bytes, boolean share) {
        before += isShare ? done : work;
        work = bytes;
        done = 0;
        earlier = 0;
        isShare = share;
    }

    private boolean isPartOfMore() {
        return expected > 0 && (isShare || work > 0);
    }

    private void start(String name) {
        step = name;
        if (!isPartOfMore()) {
            rate.clear();
        }
        draw(() -> {
            begunNanos = nanoTime.getAsLong();
            draw();
        });
    }

    private void draw(Runnable drawing) {
        if (failure.isEmpty()) {
            try {
                drawing.run();
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
        ByteCount soFar = new ByteCount(isPartOfMore() ? before + done : done);
        ByteCount total = new ByteCount(isPartOfMore() ? expected : work);
        rate.add(drawnNanos, soFar.bytes());
        streams.draw(ProgressLine.of(TerminalEscaper.text(step), soFar, total, rate.bytesPerSecond(),
                columns.getAsInt() - EMPTY_COLUMNS));
    }
}
