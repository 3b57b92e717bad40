package ctl.vm.archive.member;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
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

    public <T> Future<T> start(Callable<T> work) {
        return threads.submit(work);
    }

    /** Waits for a result; what was thrown there is thrown here. */
    public static <T> T result(Future<T> work) throws IOException {
        try {
            return work.get();
        } catch (ExecutionException failed) {
            throw cause(failed);
        } catch (InterruptedException stopped) { // no thread of an operation is interrupted
            throw new IllegalStateException(stopped);
        }
    }

    private static IOException cause(ExecutionException failed) {
        return switch (failed.getCause()) {
            case IOException reported -> reported;
            case RuntimeException reported -> throw reported;
            case Error reported -> throw reported;
            default -> throw new IllegalStateException(failed);
        };
    }

    /** Waits for work under way, gives up what has not begun, and interrupts what waits for bytes from a pipe. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
