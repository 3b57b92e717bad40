package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ctl.vm.linux.LinuxCall;
import ctl.vm.problem.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The copy of ranges from one file to another.
 *
 * <p>{@code copy_file_range} shares the blocks where the filesystem can (btrfs, xfs) and otherwise copies inside the
 * kernel; on ext4 it fills holes with zeros. Between two filesystems it refuses, and then the bytes go through us.
 */
final class RangeCopy {

    private static final int PIECE_BYTES = 1024 * 1024;

    private final LinuxFile source;
    private final DiskFile target;

    RangeCopy(LinuxFile source, DiskFile target) {
        this.source = source;
        this.target = target;
    }

    /** Returns how many bytes it copied; 0 only where the source ends at the position, or the length is 0. */
    long copy(long position, long length) {
        long copied = target instanceof LinuxFile file ? inKernel(file, position, length) : 0;
        // Some filesystems answer 0 for what they do not know how to copy, and not only at the end of the file.
        return copied > 0 ? copied : throughUs(position, length);
    }

    /** Returns 0 where the kernel does not copy between these two. */
    private long inKernel(LinuxFile file, long position, long length) {
        long copied = copyFileRange(file, position, length);
        if (copied >= 0) {
            return copied;
        }
        return switch ((int) copied) {
            case -Errno.EXDEV, -Errno.EOPNOTSUPP, -Errno.ENOSYS, -Errno.EINVAL -> 0;
            case -Errno.EIO -> 0; // which of the two files is broken, and where, our own reading and writing tells
            case -Errno.ENOSPC, -Errno.EDQUOT, -Errno.EFBIG, -Errno.EROFS -> LinuxCall.COPY_FILE_RANGE.check(
                    copied, file.path());
            default -> LinuxCall.COPY_FILE_RANGE.check(copied, source.path(), file.path());
        };
    }

    private long copyFileRange(LinuxFile file, long position, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocateFrom(JAVA_LONG, position);
            MemorySegment to = arena.allocateFrom(JAVA_LONG, position);
            return source.descriptor()
                    .during(sourceNumber -> file.descriptor()
                            .during(targetNumber -> LinuxCall.COPY_FILE_RANGE.make(
                                    sourceNumber, from.address(), targetNumber, to.address(), length)));
        }
    }

    private long throughUs(long position, long length) {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer piece = arena.allocate(Math.min(length, PIECE_BYTES)).asByteBuffer();
            long copied = 0;
            while (copied < length) {
                piece.clear().limit((int) Math.min(length - copied, piece.capacity()));
                if (source.read(piece, position + copied) < 0) {
                    break;
                }
                int count = piece.flip().remaining();
                target.write(piece, position + copied);
                copied += count;
            }
            return copied;
        }
    }
}
