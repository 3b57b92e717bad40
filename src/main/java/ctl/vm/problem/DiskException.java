package ctl.vm.problem;

import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;

/** What the system reported about a file: the error number, the path and the call that failed. */
public final class DiskException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String call;

    /**
     * @param errno of {@link Errno}
     * @param call the system call, or the method of Java that made it
     * @param report the path, and the system's own text
     */
    public DiskException(int errno, String call, FileSystemException report) {
        super("%s (%s, errno %d)".formatted(report.getMessage(), call, errno), report);
        this.errno = errno;
        this.call = call;
    }

    public int errno() {
        return errno;
    }

    /** Whether it is one of these error numbers. */
    public boolean is(int... numbers) {
        return Arrays.stream(numbers).anyMatch(number -> number == errno);
    }

    /**
     * Whether the filesystem, or the kernel, does not know what was asked for: asking again is of no use, and something
     * else may do instead.
     */
    public boolean isRefusal() {
        return Errno.isRefusal(errno);
    }

    public String call() {
        return call;
    }

    public String path() {
        return getCause().getFile();
    }

    /** The system's own text for the error, and the position in the file where it matters. */
    public String reason() {
        return getCause().getReason();
    }

    @Override
    public FileSystemException getCause() {
        return (FileSystemException) super.getCause();
    }
}
