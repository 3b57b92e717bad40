package ctl.vm.durable;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxCall;
import ctl.vm.problem.Errno;

/**
 * A read lease on an open file: nobody can have the file open for writing while it is whole. It is the kernel's, so it
 * sees every opener, with locks or without, in whatever container and of whatever user.
 *
 * <p>Who opens the file for writing breaks the lease and waits until it is given up, 45 seconds at the most. The kernel
 * tells us by a signal. By default that is SIGIO, of which a JVM dies; SIGURG is ignored by all who did not ask for it.
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
        /** Somebody has the file open for writing. */
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

    /** Whether nobody has opened the file for writing since it was taken, nor waits to. */
    boolean isWhole() {
        return file.make(LinuxCall.FCNTL, GET_LEASE) == READ;
    }

    /** Lets in who waits. One that the kernel has taken back already cannot be given up: that is as good. */
    void giveUp() {
        file.make(LinuxCall.FCNTL, SET_LEASE, NONE);
    }
}
