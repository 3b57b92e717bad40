package ctl.vm.durable;

import ctl.vm.linux.LinuxError;
import ctl.vm.problem.DiskException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file that this process has locked. Unlike a lock of the open file, the kernel shows every user which process holds
 * it.
 */
final class ProcessLock implements Disk.Lock {

    private static final Path LOCKS = Path.of("/proc/locks");

    private final Path file;
    private final FileChannel channel;

    private ProcessLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static Optional<Disk.Lock> tryTake(Path file) {
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            lock = channel.tryLock();
            return lock == null ? Optional.empty() : Optional.of(new ProcessLock(file, channel));
        } catch (IOException failed) {
            DiskException reported = LinuxError.of(failed, file);
            throw channel == null ? reported : OpenFileLocks.orNoLocks(reported);
        } finally {
            if (lock == null && channel != null) {
                new ProcessLock(file, channel).close();
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw LinuxError.of(failed, file);
        }
    }

    /** From the kernel's own list: unlike the open files of other users' processes, everybody may read it. */
    static Optional<Long> holder(Path... files) {
        List<String> inodes = Stream.of(files).flatMap(file -> inode(file).stream()).toList();
        try (Stream<String> locks = Files.lines(LOCKS)) {
            return locks.map(line -> line.trim().split("\\s+"))
                    // 1: POSIX  ADVISORY  WRITE 4711 fe:00:131077 0 EOF; a line that begins "1: ->" only waits.
                    .filter(fields -> fields.length >= 6 && !fields[1].equals("->"))
                    .filter(fields -> inodes.contains(fields[5].substring(fields[5].lastIndexOf(':') + 1)))
                    .map(fields -> Long.valueOf(fields[4]))
                    .filter(pid -> pid > 0 && pid != ProcessHandle.current().pid())
                    .findFirst();
        } catch (IOException | UncheckedIOException unknown) {
            // The pid is only a help to the user; without it the message says "another process".
            return Optional.empty();
        }
    }

    private static Optional<String> inode(Path file) {
        try {
            return Optional.of(Files.getAttribute(file, "unix:ino").toString());
        } catch (IOException missing) {
            return Optional.empty();
        }
    }
}
