package ctl.vm.journal.file;

import ctl.vm.inventory.value.Layout;
import ctl.vm.linux.LinuxError;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import java.io.IOException;
import java.util.Optional;

/** What the system reported about the journal's files, as a problem of the journal folder. */
public final class DiskProblem {

    private DiskProblem() {}

    public static Problem of(Layout layout, IOException failure) {
        return Failure.of(
                LinuxError.number(failure), layout.journal().toString(), String.valueOf(failure.getMessage()));
    }

    /** The problem where an error number of the system is behind a failure: H2 wraps its exceptions several times. */
    public static Optional<Problem> known(Layout layout, Throwable failure) {
        return LinuxError.cause(failure).map(cause -> of(layout, cause));
    }
}
