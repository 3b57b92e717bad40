package ctl.vm.durable;

import ctl.vm.durable.OpenFileLocks.Type;
import ctl.vm.linux.Descriptor;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A queue of processes, kept by the kernel as locks on a file that stays empty. Whoever asks locks the byte behind the
 * last that is locked, and waits for a shared lock on all bytes before it: which comes when all who asked earlier have
 * closed theirs, or died.
 *
 * <p>The kernel alone would give a single lock to whoever asks in the moment in which it is free, before it has woken
 * the first that waits.
 */
final class ProcessQueue implements Disk.Turn {

    private static final long FIRST = 0;

    /** How often a wait looks whether it moves on: so many times in its patience. */
    private static final int LOOKS = 10;

    private static final Path LOAD = Path.of("/proc/loadavg");
    private static final int RUNNING = 3;

    private final Descriptor open;
    private final OpenFileLocks locks;
    private final long place;
    private boolean isWaiting;
    private boolean isLeft;

    private ProcessQueue(Descriptor open) {
        this.open = open;
        this.locks = new OpenFileLocks(open);
        this.place = takePlace();
    }

    /** Where the filesystem keeps no such locks there is no order: each has its turn at once. */
    static Disk.Turn join(Path file) {
        Descriptor open = Descriptor.open(file, Descriptor.READ_WRITE, 0);
        try {
            return new ProcessQueue(open);
        } catch (DiskException failed) {
            open.close();
            if (isWithoutLocks(failed)) {
                return Disk.Turn.AT_ONCE;
            }
            throw failed;
        }
    }

    /** Whether anybody has a turn, or waits for one. */
    static boolean isTaken(Path file) {
        if (LinuxStatus.of(file).isEmpty()) {
            return false;
        }
        try (Descriptor open = Descriptor.open(file, Descriptor.READ_ONLY, 0)) {
            return new OpenFileLocks(open).inTheWay(Type.SHARED, FIRST, OpenFileLocks.TO_THE_END).isPresent();
        } catch (DiskException failed) {
            if (isWithoutLocks(failed)) {
                return false;
            }
            throw failed;
        }
    }

    private static boolean isWithoutLocks(DiskException failed) {
        return OpenFileLocks.orNoLocks(failed).is(Errno.ENOLCK);
    }

    /** Of two that take the same place in the same moment, one gets it. */
    private long takePlace() {
        long behind = behindTheLast(FIRST);
        while (!locks.set(Type.ALONE, behind, 1)) {
            behind = behindTheLast(behind + 1);
        }
        return behind;
    }

    private long behindTheLast(long from) {
        long behind = from;
        for (Optional<Long> one = taken(behind, OpenFileLocks.TO_THE_END); one
                .isPresent(); one = taken(behind, OpenFileLocks.TO_THE_END)) {
            behind = one.get() + 1;
        }
        return behind;
    }

    /** A place in this range that another has, where there is one: a shared lock is no place. */
    private Optional<Long> taken(long start, long length) {
        return locks.inTheWay(Type.SHARED, start, length);
    }

    @Override
    public boolean await(Duration patience) {
        if (place == FIRST || locks.set(Type.SHARED, FIRST, place - FIRST)) {
            return true;
        }
        if (patience.isZero()) {
            return false;
        }
        Thread waiting = wait(locks);
        var left = new Patience(patience, first(), System.nanoTime());
        while (waiting.isAlive()) {
            join(waiting, patience.dividedBy(LOOKS));
            if (left.isOver(first(), System.nanoTime(), share()) && waiting.isAlive()) {
                return false;
            }
        }
        return locks.set(Type.SHARED, FIRST, place - FIRST);
    }

    /** The place of the one whose turn it is. */
    private long first() {
        long first = place;
        Optional<Long> earlier = taken(FIRST, first - FIRST);
        while (earlier.isPresent()) {
            first = earlier.get();
            earlier = first > FIRST ? taken(FIRST, first - FIRST) : Optional.empty();
        }
        return first;
    }

    /**
     * Counts only as long as the same one is served, and only the share of the processors that it can have meanwhile:
     * of many that start at once, the first may need half a minute for what takes it a tenth of a second alone.
     */
    static final class Patience {

        private final Duration whole;
        private long served;
        private long last;
        private double countedNanos;

        Patience(Duration whole, long served, long nanos) {
            this.whole = whole;
            this.served = served;
            this.last = nanos;
        }

        /** @param share of a processor that one thread gets, at most 1 */
        boolean isOver(long servedNow, long nanos, double share) {
            if (servedNow == served) {
                countedNanos += (nanos - last) * share;
            } else {
                served = servedNow;
                countedNanos = 0;
            }
            last = nanos;
            return countedNanos >= whole.toNanos();
        }
    }

    /**
     * What part of a processor a thread gets in this moment, from how many threads could run now; 1 where that is not
     * known.
     */
    private static double share() {
        try {
            // 0.42 0.38 0.30 2/311 4711: the fourth is how many could run, of how many there are.
            String running = Files.readString(LOAD).split(" ")[RUNNING];
            int threads = Integer.parseInt(running.substring(0, running.indexOf('/')));
            return Math.min(1, (double) Runtime.getRuntime().availableProcessors() / Math.max(1, threads));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException unknown) {
            // Then the time counts whole, as on a machine that does nothing else.
            return 1;
        }
    }

    /** In a thread: what waits in the kernel can be neither interrupted nor limited in time. */
    private Thread wait(OpenFileLocks before) {
        isWaiting = true;
        // What fails in it fails again in the thread that waits for it.
        return Thread.ofPlatform().daemon().name("journal-queue").uncaughtExceptionHandler((_, _) -> {}).start(() -> {
            try {
                before.await(Type.SHARED, FIRST, place - FIRST);
            } finally {
                waited();
            }
        });
    }

    private synchronized void waited() {
        isWaiting = false;
        if (isLeft) {
            try (open) {
                locks.release();
            }
        }
    }

    private static void join(Thread thread, Duration most) {
        try {
            thread.join(most);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("our threads are never interrupted", stopped);
        }
    }

    /**
     * Those behind go on without us, also where a thread of ours still waits: that closes the file when it is woken.
     */
    @Override
    public synchronized void close() {
        isLeft = true;
        locks.release();
        if (!isWaiting) {
            open.close();
        }
    }
}
