package ctl.vm.problem;

/**
 * A failure that the user can act on. Its family decides the exit code, which scripts rely on.
 *
 * <p>Messages hold names as they stand on disk; the output layer escapes what a terminal must not see.
 */
public sealed interface Problem permits Misuse, NotFound, AlreadyThere, Busy, Unsafe, Failure, Cancelled {

    /** What happened and to what: one line, no full stop. */
    String message();

    /** What to do next: one line, no full stop. */
    String nextStep();

    /** The exit code of the program, 1 to 7, or 130 and 143 when stopped. */
    int exitCode();

    /** This problem, ready to be thrown. */
    default VmException thrown() {
        return new VmException(this);
    }
}
