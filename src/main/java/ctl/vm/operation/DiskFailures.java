package ctl.vm.operation;

import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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
        VmException explained = problem(failed.getCause()).thrown();
        explained.initCause(failed);
        return explained;
    }

    private static Problem problem(IOException failure) {
        String path = failure instanceof FileSystemException named ? named.getFile() : "the disk";
        String reason = reason(failure);
        if (failure instanceof AccessDeniedException) {
            return new Failure.Denied(path);
        }
        if (reason.contains("No space left") || reason.contains("quota")) {
            return new Failure.NoSpace(path);
        }
        if (reason.contains("Read-only file system")) {
            return new Failure.ReadOnlyDisk(path);
        }
        return new Failure.DiskTrouble(path, reason);
    }

    /** The JDK gives the kernel's words only as text; the launcher sees to it that they are English. */
    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or folder";
            case FileAlreadyExistsException _ -> "exists already";
            case FileSystemException named when named.getReason() != null -> named.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
