package ctl.vm.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An open file or folder of the kernel.
 *
 * <p>The kernel gives the number of a closed one to the next file that is opened. A call with an old number would
 * change the wrong file, so closing waits for calls under way in other threads, and after it none gets through.
 */
public final class Descriptor implements AutoCloseable {

    public static final int READ_ONLY = 0;
    public static final int READ_WRITE = 02;
    public static final int CREATE_NEW = 0100 | 0200; // O_CREAT, O_EXCL
    public static final int WITHOUT_WAITING = 04000; // O_NONBLOCK

    /** For nothing but to be named in other calls. */
    public static final int NAME_ONLY = 010000000; // O_PATH

    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int FOLDER = System.getProperty("os.arch").equals("aarch64") ? 040000 : 0200000;

    /** As {@link #NAME_ONLY}, of a folder; links in its place are followed. */
    static final int FOLDER_ONLY = NAME_ONLY | FOLDER | CLOSE_ON_EXEC;

    private static final int NO_FOLLOW = System.getProperty("os.arch").equals("aarch64") ? 0100000 : 0400000;

    private static final int CLOSED = -1;

    private final Path path;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private int number;

    private Descriptor(Path path, int number) {
        this.path = path;
        this.number = number;
    }

    /** @param mode permission bits of a file that is made, narrowed by the umask */
    public static Descriptor open(Path path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            long number = LinuxCall.OPEN.make(
                    NativePath.address(path, arena), flags | CLOSE_ON_EXEC | NO_FOLLOW, mode);
            return new Descriptor(path, (int) LinuxCall.OPEN.check(number, path));
        }
    }

    /** The same, whatever another process does meanwhile to the folders on the way. */
    public static Descriptor open(DirectoryEntry entry, int flags, int mode) {
        long number = entry.at((folder, name) -> LinuxCall.OPENAT.make(
                folder, name, flags | CLOSE_ON_EXEC | NO_FOLLOW, mode));
        return new Descriptor(entry.path(), (int) LinuxCall.OPENAT.check(number, entry.path()));
    }

    public Path path() {
        return path;
    }

    /** Makes a call whose first parameter is this; returns as {@link LinuxCall#make} does. */
    public long make(LinuxCall call, long... words) {
        return during(number -> {
            long[] all = new long[words.length + 1];
            all[0] = number;
            System.arraycopy(words, 0, all, 1, words.length);
            return call.make(all);
        });
    }

    /** The same, for a call that must not fail. */
    public long require(LinuxCall call, long... words) {
        return call.check(make(call, words), path);
    }

    /** Lends the number for one use; it stays open meanwhile. */
    public long during(Use use) {
        lock.readLock().lock();
        try {
            if (number == CLOSED) {
                throw new IllegalStateException(path + " is closed");
            }
            return use.with(number);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Closes it, also where the kernel reports that bytes written earlier were lost. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (number != CLOSED) {
                long returned = LinuxCall.CLOSE.make(number);
                number = CLOSED;
                LinuxCall.CLOSE.check(returned, path);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** What is done with a descriptor's number while it cannot be closed. */
    public interface Use {

        long with(int number);
    }
}
