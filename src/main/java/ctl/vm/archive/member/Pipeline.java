package ctl.vm.archive.member;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work that several threads do, each in a slot of memory that is used again, and that is taken out in the order in
 * which it was put in. For one thread, which does none of the work.
 *
 * @param <S> a slot
 * @param <R> what becomes of the work
 */
public final class Pipeline<S, R> implements AutoCloseable {

    private final Workers workers;
    private final Supplier<S> slots;
    private final Consumer<S> release;
    private final Deque<S> idle = new ArrayDeque<>();
    private final Deque<UnderWay<S, R>> underWay = new ArrayDeque<>();

    private record UnderWay<S, R>(S slot, Future<R> work) {}

    /** @param slots makes another one; @param release gives its memory back */
    public Pipeline(Workers workers, Supplier<S> slots, Consumer<S> release) {
        this.workers = workers;
        this.slots = slots;
        this.release = release;
    }

    public boolean hasIdle() {
        return !idle.isEmpty();
    }

    /** The slot for the next work, the same one until that is started. */
    public S idle() {
        if (idle.isEmpty()) {
            idle.push(slots.get());
        }
        return idle.element();
    }

    /** Starts work in the slot that {@link #idle} gave. */
    public void start(Callable<R> work) {
        underWay.add(new UnderWay<>(idle.pop(), workers.start(work)));
    }

    /** How much is under way. */
    public int size() {
        return underWay.size();
    }

    /**
     * Waits for what was started first; it stays under way, and its slot as it is. What was thrown there is thrown
     * here.
     */
    public R oldest() throws IOException {
        try {
            return underWay.element().work.get();
        } catch (ExecutionException failed) {
            throw cause(failed);
        } catch (InterruptedException stopped) { // no thread of an operation is interrupted
            throw new IllegalStateException(stopped);
        }
    }

    /** The slot of what was started first. */
    public S oldestSlot() {
        return underWay.element().slot;
    }

    private static IOException cause(ExecutionException failed) {
        return switch (failed.getCause()) {
            case IOException reported -> reported;
            case RuntimeException reported -> throw reported;
            case Error reported -> throw reported;
            default -> throw new IllegalStateException(failed);
        };
    }

    /** Takes out what was started first: its slot is used again. */
    public void remove() {
        idle.push(underWay.remove().slot);
    }

    /** Gives the memory back. The workers have ended: their owner has closed them before. */
    @Override
    public void close() {
        underWay.forEach(work -> release.accept(work.slot));
        idle.forEach(release);
        underWay.clear();
        idle.clear();
    }
}
