package ctl.vm.durable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;

/** An error number of Linux, and the exception that says it about a file. */
final class LinuxError {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int ETXTBSY = 26;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENOSYS = 38;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;

    private static final int LONGEST_TEXT_BYTES = 4096;

    private LinuxError() {}

    /** Hands on what a {@link LinuxCall} returned, unless that is an error: then throws it, naming the file. */
    static long check(long returned, Path file) {
        if (returned < 0) {
            throw failure((int) -returned, file.toString(), null);
        }
        return returned;
    }

    /** The same for a call about two files. */
    static long check(long returned, Path file, Path other) {
        if (returned < 0) {
            throw failure((int) -returned, file.toString(), other.toString());
        }
        return returned;
    }

    /** The same for a call about one position of a file, which is named as well. */
    static long check(long returned, Path file, long position) {
        if (returned < 0) {
            throw failure((int) -returned, file.toString(), null, " at byte " + position);
        }
        return returned;
    }

    /** @param other a second file that the call was about, or null, as {@link FileSystemException} has it */
    static UncheckedIOException failure(int number, String file, String other) {
        return failure(number, file, other, "");
    }

    private static UncheckedIOException failure(int number, String file, String other, String where) {
        String reason = text(number) + where;
        return new UncheckedIOException(
                switch (number) {
                    case ENOENT -> new NoSuchFileException(file, other, reason);
                    case EEXIST -> new FileAlreadyExistsException(file, other, reason);
                    case EACCES, EPERM -> new AccessDeniedException(file, other, reason);
                    default -> new FileSystemException(file, other, reason);
                });
    }

    static UncheckedIOException failure(int number, Path file) {
        return failure(number, file.toString(), null);
    }

    /** For what is opened as a file and is none. */
    static UncheckedIOException notAFile(Disk.Kind kind, Path path) {
        return kind == Disk.Kind.FOLDER
                ? failure(EISDIR, path)
                : new UncheckedIOException(new FileSystemException(path.toString(), null, "Not a regular file"));
    }

    static UncheckedIOException notALink(Path path) {
        return new UncheckedIOException(new NotLinkException(path.toString(), null, "Not a symbolic link"));
    }

    /** For what Java's own file methods throw: they leave out the reason, or the file. */
    static UncheckedIOException failure(IOException thrown, Path file) {
        return switch (thrown) {
            case NoSuchFileException _ -> failure(ENOENT, file);
            case AccessDeniedException _ -> failure(EACCES, file);
            case NotDirectoryException _ -> failure(ENOTDIR, file);
            case NotLinkException _ -> notALink(file);
            case FileSystemException named -> new UncheckedIOException(named);
            case IOException plain -> {
                var named = new FileSystemException(file.toString(), null, plain.getMessage());
                named.initCause(plain);
                yield new UncheckedIOException(named);
            }
        };
    }

    @SuppressWarnings("restricted")
    private static String text(int number) {
        long address = LinuxCall.STRERROR.make(number);
        return MemorySegment.ofAddress(address).reinterpret(LONGEST_TEXT_BYTES).getString(0);
    }
}
