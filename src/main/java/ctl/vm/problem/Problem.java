package ctl.vm.problem;

import java.util.Locale;

/**
 * A failure that the user can act on, as data: a code, and fields that say what it is about. Its family decides the
 * exit code, which scripts rely on. What a user reads about it stands in {@code ctl.vm.cli.problem}.
 */
public sealed interface Problem
        permits Misuse, NotFound, AlreadyThere, Busy, Unsafe, Mismatch, Failure, ServerFailure, Cancelled {

    /** A stable name of the problem: {@code no-such-vm}. */
    default String code() {
        return getClass().getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** The exit code of the program, 1 to 7, or 130 and 143 when stopped. */
    int exitCode();

    /** This problem, ready to be thrown. */
    default VmException thrown() {
        return new VmException(this);
    }
}
