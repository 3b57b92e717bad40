package ctl.vm.durable;

import ctl.vm.durable.OpenFileLocks.Type;
import ctl.vm.linux.Descriptor;
import ctl.vm.problem.DiskException;
import java.util.Arrays;

/**
 * The locks by which programs of QEMU, from 2.10 on, tell each other how they use an image. Each holds read locks on
 * single bytes: byte 100 and what follows says what it does, byte 200 and what follows what others must not do.
 *
 * <p>First one's own locks are taken, then those of the others are looked at: of two processes that begin together, at
 * least one sees the other. The locks belong to the open file, not to the process, and end with it.
 */
final class ImageLocks {

    private static final long READS = 100;
    private static final long WRITES = 101;
    private static final long RESIZES = 103;
    private static final long DENIES_READING = 200;
    private static final long DENIES_WRITING = 201;
    private static final long DENIES_RESIZING = 203;

    private static final int KINDS = 5;

    private final OpenFileLocks locks;

    ImageLocks(Descriptor file) {
        this.locks = new OpenFileLocks(file);
    }

    /**
     * Says that we read the image and that no other program may write to it. Readers are not kept away.
     *
     * @return whether no program writes to it, as far as these locks tell
     */
    boolean take() {
        for (long wanted : new long[] {READS, DENIES_WRITING, DENIES_RESIZING}) {
            try {
                locks.set(Type.SHARED, wanted, 1);
            } catch (DiskException without) {
                // A filesystem without locks keeps no program away, and shows none below.
            }
        }
        return Arrays.stream(new long[] {WRITES, RESIZES, DENIES_READING}).noneMatch(byteAt -> isForeign(byteAt, 1));
    }

    /** Gives them up, before the file is closed. */
    void giveUp() {
        locks.release();
    }

    /** Whether a program uses the image in whatever way. */
    boolean isUsed() {
        return isForeign(READS, KINDS) || isForeign(DENIES_READING, KINDS);
    }

    private boolean isForeign(long start, long length) {
        try {
            return locks.inTheWay(Type.ALONE, start, length).isPresent();
        } catch (DiskException without) {
            // The same.
            return false;
        }
    }
}
