package ctl.vm.durable;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxCall;
import ctl.vm.problem.Errno;

/**
 * A read lease on an open file: no process can have the file open for writing while it is whole. It is the kernel's, so
 * it sees every opener, with locks or without, in whatever container and of whatever user.
 *
 * <p>A process that opens the file for writing breaks the lease and waits until it is given up, 45 seconds at the most.
 * The kernel sends us a signal. By default that is SIGIO, of which a JVM dies; SIGURG is ignored by default.
 */
final class Lease {

    private static final int SET_SIGNAL = 10;
    private static final int SET_LEASE = 1024;
    private static final int GET_LEASE = 1025;
    private static final int SIGURG = 23;
    private static final int READ = 0;
    private static final int NONE = 2;

    private final Descriptor file;

    /** @param file open for reading only */
    Lease(Descriptor file) {
        this.file = file;
    }

    /** What came of asking for the lease. */
    enum Answer {
        HELD,
        /** Another process has the file open for writing. */
        REFUSED,
        /** The file is another user's, or its filesystem has no leases. */
        UNAVAILABLE
    }

    Answer take() {
        if (file.make(LinuxCall.FCNTL, SET_SIGNAL, SIGURG) < 0) {
            return Answer.UNAVAILABLE;
        }
        return switch ((int) file.make(LinuxCall.FCNTL, SET_LEASE, READ)) {
            case 0 -> Answer.HELD;
            case -Errno.EAGAIN -> Answer.REFUSED;
            default -> Answer.UNAVAILABLE;
        };
    }

    /** Whether no process has opened the file for writing since it was taken, nor waits to. */
    boolean isWhole() {
        return file.make(LinuxCall.FCNTL, GET_LEASE) == READ;
    }

    /** Lets the waiting process in. Fails, without harm, where the kernel has taken the lease back already. */
    void giveUp() {
        file.make(LinuxCall.FCNTL, SET_LEASE, NONE);
    }
}
