package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The locks by which programs of QEMU, from 2.10 on, tell each other how they use an image. Each holds read locks on
 * single bytes: byte 100 and what follows says what it does, byte 200 and what follows what others must not do.
 *
 * <p>First one's own locks are taken, then those of the others are looked at: of two processes that begin together, at least one sees
 * the other. The locks belong to the open file, not to the process, and end with it.
 */
final class ImageLocks {

    private static final long READS = 100;
    private static final long WRITES = 101;
    private static final long RESIZES = 103;
    private static final long DENIES_READING = 200;
    private static final long DENIES_WRITING = 201;
    private static final long DENIES_RESIZING = 203;

    private static final int KINDS = 5;

    private static final int GET_LOCK = 36; // F_OFD_GETLK
    private static final int SET_LOCK = 37; // F_OFD_SETLK
    private static final short READ_LOCK = 0;
    private static final short WRITE_LOCK = 1;
    private static final short NO_LOCK = 2;

    private static final int STRUCTURE_BYTES = 32;
    private static final int TYPE = 0;
    private static final int START = 8;
    private static final int LENGTH = 16;

    private final Descriptor file;

    ImageLocks(Descriptor file) {
        this.file = file;
    }

    /**
     * Says that we read the image and that no other program may write to it. Readers are not kept away.
     *
     * @return whether no program writes to it, as far as these locks tell
     */
    boolean take() {
        for (long wanted : new long[] {READS, DENIES_WRITING, DENIES_RESIZING}) {
            // A filesystem without locks keeps no program away, and shows none below.
            call(SET_LOCK, READ_LOCK, wanted, 1, NO_LOCK);
        }
        return Arrays.stream(new long[] {WRITES, RESIZES, DENIES_READING}).noneMatch(byteAt -> isForeign(byteAt, 1));
    }

    /** Whether a program uses the image in whatever way. */
    boolean isUsed() {
        return isForeign(READS, KINDS) || isForeign(DENIES_READING, KINDS);
    }

    private boolean isForeign(long start, long length) {
        return call(GET_LOCK, WRITE_LOCK, start, length, NO_LOCK) != NO_LOCK;
    }

    /** Returns what the call leaves as the type of the lock: for {@link #GET_LOCK}, that of one which is in the way. */
    private short call(int command, short type, long start, long length, short ifItFails) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment lock = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
            lock.set(JAVA_SHORT, TYPE, type);
            lock.set(JAVA_LONG, START, start);
            lock.set(JAVA_LONG, LENGTH, length);
            return file.make(LinuxCall.FCNTL, command, lock.address()) < 0 ? ifItFails : lock.get(JAVA_SHORT, TYPE);
        }
    }
}
