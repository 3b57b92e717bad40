package ctl.vm.operation;

import ctl.vm.linux.LinuxError;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Says in the user's terms what the disk reported. */
public final class DiskFailures {

    private DiskFailures() {}

    /** Runs the action; what the disk reports becomes a problem. */
    public static void explained(Runnable action) {
        explained(() -> {
            action.run();
            return null;
        });
    }

    /** The same for an action that gives something. */
    public static <T> T explained(Supplier<T> action) {
        try {
            return action.get();
        } catch (UncheckedIOException failed) {
            throw explain(failed);
        }
    }

    /** The problem of which the disk reported this. */
    public static VmException explain(UncheckedIOException failed) {
        DiskException reported = failed instanceof DiskException disk ? disk : reported(failed.getCause());
        VmException explained = Failure.of(reported.errno(), reported.path(), reported.reason()).thrown();
        explained.initCause(failed);
        return explained;
    }

    /**
     * What the system refused where that ended a command: an error number that kept Java from loading something, or a
     * thread that could not be started. Empty where it was nothing of the kind.
     */
    public static Optional<Problem> refusal(Throwable thrown) {
        boolean lacksThreads = thrown instanceof OutOfMemoryError
                && String.valueOf(thrown.getMessage()).contains("native thread");
        return lacksThreads
                ? Optional.of(new Failure.LimitReached("Java", Failure.Limit.THREADS))
                : LinuxError.cause(thrown, Path.of("Java")).map(refused -> Failure.of(
                        refused.errno(), refused.path(), refused.reason()));
    }

    /** Streams do not say which file it was. */
    private static DiskException reported(IOException failure) {
        String file = failure instanceof FileSystemException named ? named.getFile() : null;
        return LinuxError.of(failure, Path.of(file == null ? "the disk" : file));
    }
}
