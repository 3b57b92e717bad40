package ctl.vm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ctl.vm.problem.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * A function of the C library, under its name in the manual, section 2 or 3.
 *
 * <p>All of them are called in one shape, six words in and one word out. On x86-64 and AArch64 these are registers, of
 * which a function looks at as many as it has parameters, and a narrow parameter is the low half of its register. The
 * first shape costs a process about 35 ms and every further one 7 ms, so one shape keeps start-up short.
 */
public enum LinuxCall {
    OPEN(Result.INT),
    OPENAT(Result.INT),
    CLOSE(Result.INT),
    PREAD(Result.WORD),
    PWRITE(Result.WORD),
    FTRUNCATE(Result.INT),
    LSEEK(Result.WORD),
    COPY_FILE_RANGE(Result.WORD),
    FUTIMENS(Result.INT),
    UTIMENSAT(Result.INT),
    LISTXATTR(Result.WORD),
    GETXATTR(Result.WORD),
    SETXATTR(Result.INT),
    REMOVEXATTR(Result.INT),
    FSYNC(Result.INT),
    SYNCFS(Result.INT),
    SYNC_FILE_RANGE(Result.INT),
    POSIX_FADVISE(Result.INT),
    FALLOCATE(Result.INT),
    FCNTL(Result.INT),
    IOCTL(Result.INT),
    CLOCK_GETTIME(Result.INT),
    SIGNAL(Result.WORD),
    /** A call that the C library has no function for, by its number. */
    SYSCALL(Result.WORD),
    STATX(Result.INT),
    STATFS(Result.INT),
    FSTATFS(Result.INT),
    MKDIRAT(Result.INT),
    UMASK(Result.INT),
    LINKAT(Result.INT),
    SYMLINKAT(Result.INT),
    RENAMEAT2(Result.INT),
    UNLINKAT(Result.INT),
    STRERROR(Result.WORD);

    private static final int WORDS = 6;

    @SuppressWarnings("restricted")
    private static final MethodHandle SHAPE = Linker.nativeLinker()
            .downcallHandle(
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));

    private final MemorySegment function;
    private final Result result;

    LinuxCall(Result result) {
        // Java opens a library of its own for this, and says nothing but that the function is missing where it cannot.
        this.function = Linker.nativeLinker()
                .defaultLookup()
                .find(name().toLowerCase(Locale.ROOT))
                .orElseThrow(() -> new InternalError("it cannot open its own library (see \"ulimit -n\")"));
        this.result = result;
    }

    /** Returns what the call returned, or throws its error, naming the file. */
    public long check(long returned, Path file) {
        return check(returned, file, null, "");
    }

    /** The same for a call about two files. */
    public long check(long returned, Path file, Path other) {
        return check(returned, file, other, "");
    }

    /** The same for a call about one position of a file, which is named as well. */
    public long check(long returned, Path file, long position) {
        return returned < 0 ? check(returned, file, null, " at byte " + position) : returned;
    }

    private long check(long returned, Path file, Path other, String where) {
        if (returned < 0) {
            throw LinuxError.of((int) -returned, name().toLowerCase(Locale.ROOT), file, other, where);
        }
        return returned;
    }

    /** Has all linked by a call that does nothing: there is no such descriptor. */
    public static void getReady() {
        CLOSE.make(-1);
    }

    /**
     * Makes the call, again where a signal interrupted it.
     *
     * <p>Addresses are passed as numbers: the caller keeps what they point to alive until this returns.
     *
     * @return what the function returns; where that is -1, the negative error number, as the kernel itself has it
     */
    public long make(long... words) {
        long[] registers = Arrays.copyOf(words, WORDS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(JAVA_INT);
            long returned;
            do {
                returned = once(state, registers);
            } while (returned == -Errno.EINTR && this != CLOSE); // close has closed even so
            return returned;
        }
    }

    private long once(MemorySegment state, long[] registers) {
        try {
            long returned = (long) SHAPE.invokeExact(function, state,
                    registers[0], registers[1], registers[2], registers[3], registers[4], registers[5]);
            boolean failed = (result == Result.INT ? (int) returned : returned) == -1;
            return failed ? -state.get(JAVA_INT, 0) : returned;
        } catch (Throwable impossible) { // a C function throws nothing
            throw new AssertionError(this + " threw", impossible);
        }
    }

    /** How wide a function's result is: the upper half of the word is garbage behind an int. */
    private enum Result {
        INT,
        WORD
    }
}
