package ctl.vm.durable;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxError;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * Locks on single bytes of a file that stays empty: a lock may lie behind the end.
 *
 * <p>POSIX locks of a process are all dropped when it closes any channel of the file. So there is one channel for each
 * table, opened once and never closed, and one table for each file in a process.
 */
public final class LinuxLockTable implements LockTable {

    /** Asking whether a lock is held takes it for an instant: that must not look like a holder. */
    private static final Duration GLANCE = Duration.ofMillis(20);

    private static final int MAXIMUM_GLANCES = 3;

    private static final int GROUP_CAN_WRITE = 020;
    private static final int FOR_THE_GROUP = 0660;
    private static final int FOR_THE_OWNER = 0600;

    private final Path file;
    private Optional<FileChannel> channel = Optional.empty();

    public LinuxLockTable(Path file) {
        this.file = file;
    }

    @Override
    public Optional<Held> tryLock(long number, boolean shared) {
        try {
            if (channel.isEmpty()) {
                channel = Optional.of(openOrMake());
            }
            Optional<FileLock> lock = lock(channel.get(), number, shared);
            for (int glances = 0; lock.isEmpty() && glances < MAXIMUM_GLANCES; glances++) {
                Thread.sleep(GLANCE);
                lock = lock(channel.get(), number, shared);
            }
            return lock.map(this::held);
        } catch (IOException failed) {
            throw LinuxError.of(failed, file);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("our threads are never interrupted", stopped);
        }
    }

    /** As private as the folder it stands in. */
    private FileChannel openOrMake() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            try (Descriptor _ = Descriptor.open(file, Descriptor.READ_WRITE | Descriptor.CREATE_NEW, mode())) {
                FileOwnership.adopt(file, file.getParent());
            } catch (DiskException another) {
                if (!another.is(Errno.EEXIST)) {
                    throw another;
                }
            }
        }
        return FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    private int mode() throws IOException {
        int folder = (int) Files.getAttribute(file.getParent(), "unix:mode");
        return (folder & GROUP_CAN_WRITE) != 0 ? FOR_THE_GROUP : FOR_THE_OWNER;
    }

    /** A user who may only read the file can still ask: a shared lock needs no more. */
    @Override
    public boolean isHeld(long number) {
        if (channel.isPresent()) {
            return probe(channel.get(), number);
        }
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
            return probe(reading, number);
        } catch (IOException failed) {
            throw LinuxError.of(failed, file);
        }
    }

    private boolean probe(FileChannel open, long number) {
        try {
            Optional<FileLock> free = lock(open, number, true);
            if (free.isPresent()) {
                free.get().release();
            }
            return free.isEmpty();
        } catch (IOException failed) {
            throw LinuxError.of(failed, file);
        }
    }

    private static Optional<FileLock> lock(FileChannel open, long number, boolean shared) throws IOException {
        try {
            return Optional.ofNullable(open.tryLock(number, 1, shared));
        } catch (OverlappingFileLockException ours) {
            return Optional.empty();
        }
    }

    private Held held(FileLock lock) {
        return () -> {
            try {
                lock.release();
            } catch (IOException failed) {
                throw LinuxError.of(failed, file);
            }
        };
    }
}
