package ctl.vm.linux;

import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes a {@link DiskException} of an error number, and finds the number behind an exception of Java. */
public final class LinuxError {

    private static final int LARGEST = 133;
    private static final int LONGEST_TEXT_BYTES = 4096;

    private LinuxError() {}

    public static DiskException of(int errno, String call, Path file) {
        return of(errno, call, file, null, "");
    }

    /** @param other a second file that the call was about, or null; @param where follows the system's text */
    static DiskException of(int errno, String call, Path file, Path other, String where) {
        return new DiskException(errno, call, new FileSystemException(
                file.toString(), other == null ? null : other.toString(), text(errno) + where));
    }

    /** For what Java's own file methods throw: they leave out the reason, or the file. */
    public static DiskException of(IOException thrown, Path file) {
        int errno = number(thrown);
        String reason = switch (thrown) {
            case FileSystemException named when named.getReason() != null -> named.getReason();
            case FileSystemException _ when errno != Errno.UNKNOWN -> text(errno);
            default -> thrown.getMessage();
        };
        FileSystemException report = new FileSystemException(file.toString(), null, reason);
        report.initCause(thrown);
        return new DiskException(errno, "java.io", report);
    }

    /**
     * The first exception in a chain of causes that has an error number: a library may have wrapped it several times.
     *
     * @param file which it was about, where the exception does not say
     */
    public static Optional<DiskException> cause(Throwable thrown, Path file) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof DiskException reported) {
                return Optional.of(reported);
            }
            if (cause instanceof IOException failure && number(failure) != Errno.UNKNOWN) {
                return Optional.of(of(failure, file));
            }
        }
        return Optional.empty();
    }

    /**
     * The error number behind an exception of Java, which keeps only the text of most: that of the C library in the
     * language of this process, which is therefore asked for the text of each number.
     */
    public static int number(IOException thrown) {
        return switch (thrown) {
            case NoSuchFileException _ -> Errno.ENOENT;
            case FileAlreadyExistsException _ -> Errno.EEXIST;
            case AccessDeniedException _ -> Errno.EACCES;
            case NotDirectoryException _ -> Errno.ENOTDIR;
            case DirectoryNotEmptyException _ -> Errno.ENOTEMPTY;
            case NotLinkException _ -> Errno.EINVAL;
            case FileSystemException named -> number(named.getReason());
            default -> number(thrown.getMessage());
        };
    }

    /** Streams put the path before the text, which is in parentheses then. */
    private static int number(String message) {
        return message == null
                ? Errno.UNKNOWN
                : IntStream.rangeClosed(1, LARGEST)
                        .filter(number -> message.equals(text(number)) || message.endsWith("(" + text(number) + ")"))
                        .findFirst()
                        .orElse(Errno.UNKNOWN);
    }

    @SuppressWarnings("restricted")
    private static String text(int number) {
        long address = LinuxCall.STRERROR.make(number);
        return NativePath.text(MemorySegment.ofAddress(address).reinterpret(LONGEST_TEXT_BYTES));
    }
}
