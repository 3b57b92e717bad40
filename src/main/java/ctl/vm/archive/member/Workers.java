package ctl.vm.archive.member;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that compute for another one, which alone changes files. None of them waits for a result of another. */
public final class Workers implements AutoCloseable {

    /** Beyond this, the disk is the slowest part of unpacking. */
    private static final int MAXIMUM_UNPACKING = 8;

    private final int count;
    private final ExecutorService threads;

    /** @param name what they do; they are daemons, as the program may end while they work */
    public Workers(String name, int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count,
                Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    }

    /** As many as there are processors, for unpacking. */
    public static Workers forUnpacking() {
        return new Workers("unpacking", Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MAXIMUM_UNPACKING));
    }

    public int count() {
        return count;
    }

    <T> Future<T> start(Callable<T> work) {
        return threads.submit(work);
    }

    /** Waits for work under way, gives up what has not begun, and interrupts what waits for bytes from a pipe. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
