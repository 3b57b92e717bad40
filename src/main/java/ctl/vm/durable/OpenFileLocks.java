package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxCall;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Locks on ranges of bytes that belong to an open file, not to the process: they end with its last descriptor, and other
 * files may be opened at the same path and closed meanwhile. They may lie behind the end of the file.
 */
final class OpenFileLocks {

    private static final int GET_LOCK = 36; // F_OFD_GETLK
    private static final int SET_LOCK = 37; // F_OFD_SETLK
    private static final int WAIT_FOR_LOCK = 38; // F_OFD_SETLKW

    /** As a length: all that follows, also behind the end of the file. */
    static final long TO_THE_END = 0;

    private static final int STRUCTURE_BYTES = 32;
    private static final int TYPE = 0;
    private static final int START = 8;
    private static final int LENGTH = 16;

    private final Descriptor file;

    OpenFileLocks(Descriptor file) {
        this.file = file;
    }

    /** What a lock is, by the number that the kernel has for it. */
    enum Type {
        /** Several may have it. */
        SHARED,
        /** One has it, and nobody a shared one. */
        ALONE,
        NONE
    }

    /**
     * Takes a lock, or gives it up, without waiting.
     *
     * @return whether it has it: otherwise another open file is in the way
     * @throws DiskException where the filesystem has no such locks, for example
     */
    boolean set(Type type, long start, long length) {
        long returned = call(SET_LOCK, type, start, length).returned;
        return returned != -Errno.EAGAIN && returned != -Errno.EACCES
                && LinuxCall.FCNTL.check(returned, file.path()) >= 0;
    }

    /**
     * Gives up all of them, which comes before the descriptor is closed: a child that another thread is starting has
     * inherited the open file, and with it would keep the locks until it runs its own program.
     */
    void release() {
        // Closing gives up what cannot be given up here.
        call(SET_LOCK, Type.NONE, 0, TO_THE_END);
    }

    /** Takes a lock as soon as no other open file is in the way. */
    void await(Type type, long start, long length) {
        LinuxCall.FCNTL.check(call(WAIT_FOR_LOCK, type, start, length).returned, file.path());
    }

    /**
     * Where a lock of another open file begins that would be in the way of such a lock, without taking it. A file that
     * is open for reading alone can be asked, too.
     */
    Optional<Long> inTheWay(Type type, long start, long length) {
        Answer answer = call(GET_LOCK, type, start, length);
        LinuxCall.FCNTL.check(answer.returned, file.path());
        return answer.type == Type.NONE.ordinal() ? Optional.empty() : Optional.of(answer.start);
    }

    /** What a refused lock means: a filesystem that does not know the call keeps no locks. */
    static DiskException orNoLocks(DiskException failed) {
        return failed.isRefusal() ? new DiskException(Errno.ENOLCK, failed.call(), failed.getCause()) : failed;
    }

    private Answer call(int command, Type type, long start, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
            lock.set(JAVA_SHORT, TYPE, (short) type.ordinal());
            lock.set(JAVA_LONG, START, start);
            lock.set(JAVA_LONG, LENGTH, length);
            long returned = file.make(LinuxCall.FCNTL, command, lock.address());
            return new Answer(returned, lock.get(JAVA_SHORT, TYPE), lock.get(JAVA_LONG, START));
        }
    }

    private record Answer(long returned, short type, long start) {}
}
