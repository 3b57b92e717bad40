package ctl.vm.journal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out who holds a lock, from the kernel's own list of locks: unlike the open files of other users' processes,
 * everybody may read it.
 */
public final class LockOwner {

    private static final Path LOCKS = Path.of("/proc/locks");

    private LockOwner() {}

    /** The pid of another process that holds a lock on one of these files, where the kernel says so. */
    public static Optional<Long> of(Path... files) {
        List<String> inodes = Stream.of(files).flatMap(file -> inode(file).stream()).toList();
        try (Stream<String> locks = Files.lines(LOCKS)) {
            return locks.map(line -> line.trim().split("\\s+"))
                    // 1: POSIX  ADVISORY  WRITE 4711 fe:00:131077 0 EOF; a line that begins "1: ->" only waits.
                    .filter(words -> words.length >= 6 && !words[1].equals("->"))
                    .filter(words -> inodes.contains(words[5].substring(words[5].lastIndexOf(':') + 1)))
                    .map(words -> Long.valueOf(words[4]))
                    .filter(pid -> pid > 0 && pid != ProcessHandle.current().pid())
                    .findFirst();
        } catch (IOException | RuntimeException unknown) {
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
