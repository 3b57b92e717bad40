package ctl.vm.durable;

import java.util.Optional;

/**
 * Locks that the kernel keeps, one for each number. A lock ends with the process that holds it, however that dies, so
 * none is ever left behind.
 */
public interface LockTable {

    /**
     * Takes a lock, exclusively or shared. Does not wait for it.
     *
     * @return empty where another holder is in the way, in this process or another
     */
    Optional<Held> tryLock(long number, boolean shared);

    /** Whether the lock is held, shared or exclusively. */
    boolean isHeld(long number);

    /** A lock that is held until it is closed. */
    interface Held extends AutoCloseable {

        @Override
        void close();
    }
}
