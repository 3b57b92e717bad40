package ctl.vm.journal.file;

import ctl.vm.inventory.value.Layout;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/** What the system reported about the journal's files, as a problem of the journal folder. */
public final class DiskProblem {

    private DiskProblem() {}

    public static Problem of(Layout layout, IOException failure) {
        String journal = layout.journal().toString();
        return known(layout, failure)
                .orElseGet(() -> new Failure.DiskTrouble(journal, String.valueOf(failure.getMessage())));
    }

    /** The problem where the system's own words stand somewhere in a failure: H2 wraps them several times. */
    public static Optional<Problem> known(Layout layout, Throwable failure) {
        String journal = layout.journal().toString();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String words = String.valueOf(cause.getMessage());
            if (words.contains("No space left on device") || words.contains("Disk quota exceeded")) {
                return Optional.of(new Failure.NoSpace(journal));
            }
            if (words.contains("Read-only file system")) {
                return Optional.of(new Failure.ReadOnlyDisk(journal));
            }
            if (cause instanceof AccessDeniedException || words.contains("Permission denied")) {
                return Optional.of(new Failure.Denied(journal));
            }
            if (words.contains("Input/output error")) {
                return Optional.of(new Failure.DiskTrouble(journal, "input/output error"));
            }
        }
        return Optional.empty();
    }
}
