package ctl.vm.archive.write;

import ctl.vm.archive.member.Framing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Packs pieces on all cores and gives them out in their order.
 *
 * <p>Memory is bounded by the slots: a piece has one from the time it is put in until it was taken. There are more than
 * cores, so that these have work while a checkpoint is synced and recorded, which takes a tenth of a second: until then
 * nothing is taken. A small package needs only a few of them.
 */
final class PackingLine implements AutoCloseable {

    private static final int WAITING = 20;

    /** For all slots together: the whole program is to stay below 256 MiB. */
    private static final long MEMORY_BYTES = 64 << 20;

    private final Supplier<Framing> framings;
    private final int mostSlots;
    private final Deque<PackingSlot> free = new ArrayDeque<>();
    private final Deque<UnderWay> underWay = new ArrayDeque<>();
    private final ExecutorService workers;

    private record UnderWay(PackingSlot slot, Future<PackedBlock> piece) {}

    /** @param framings makes one for each slot */
    PackingLine(Supplier<Framing> framings) {
        this(framings, Runtime.getRuntime().availableProcessors());
    }

    PackingLine(Supplier<Framing> framings, int cores) {
        this.framings = framings;
        Framing framing = framings.get();
        long affordable = Math.max(1, MEMORY_BYTES / PackingSlot.memoryBytes(framing));
        mostSlots = (int) Math.min(affordable, cores + WAITING);
        free.add(new PackingSlot(framing));
        workers = Executors.newFixedThreadPool(Math.min(cores, mostSlots), PackingLine::thread);
    }

    /** The program may end while they work. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "packing");
        thread.setDaemon(true);
        return thread;
    }

    boolean isFull() {
        return underWay.size() == mostSlots;
    }

    boolean isIdle() {
        return underWay.isEmpty();
    }

    /** Puts in a piece; the line is not full. @param first whether it is the first one of the package */
    void put(Block piece, boolean first) {
        PackingSlot slot = free.isEmpty() ? new PackingSlot(framings.get()) : free.removeFirst();
        underWay.add(new UnderWay(slot, workers.submit(() -> slot.pack(piece, first))));
    }

    /**
     * Waits for the piece that was put in first, and hands it on; its memory is used again when {@code use} has returned.
     * What went wrong with it is thrown here.
     */
    void take(Consumer<PackedBlock> use) {
        UnderWay oldest = underWay.getFirst();
        use.accept(result(oldest.piece()));
        underWay.removeFirst();
        free.add(oldest.slot());
    }

    /** Gives everything back. What is under way is lost; the pieces being packed right now are waited for. */
    @Override
    public void close() {
        workers.shutdownNow();
        workers.close();
        free.forEach(PackingSlot::close);
        underWay.forEach(piece -> piece.slot().close());
        free.clear();
        underWay.clear();
    }

    private static PackedBlock result(Future<PackedBlock> piece) {
        try {
            return piece.get();
        } catch (ExecutionException failed) {
            throw unchecked(failed.getCause());
        } catch (InterruptedException interrupted) { // nobody interrupts the thread of an operation
            throw new IllegalStateException(interrupted);
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }
}
