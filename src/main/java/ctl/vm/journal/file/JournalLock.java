package ctl.vm.journal.file;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.h2.JournalOpener;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write to the journal, which one process has at a time: a kernel lock, which dies with its process.
 *
 * <p>H2 has a lock of its own, but it covers only the time in which the database is open. This one also covers making
 * the database, so that nobody takes one that is half made for a damaged one; the time between the events of a burst;
 * and writing the listing, whose identity is known only after H2 has closed the file: without the lock another process
 * could append in between, and its identity would go with our content.
 */
public final class JournalLock implements AutoCloseable {

    /**
     * What this process holds. The kernel gives a process a lock that it has already, and takes it away when any file
     * descriptor of that file is closed: so there must never be a second one.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private JournalLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Makes the journal folder where it is missing, and takes the lock.
     *
     * @throws ctl.vm.problem.VmException JournalInUse, or what the disk reports
     */
    public static JournalLock take(Layout layout, Deadline deadline) {
        try {
            createFolder(layout);
            PrivateFile.requireReal(layout);
            do {
                Optional<JournalLock> lock = tryLock(layout.journalLock(), PrivateFile::openOrMake);
                if (lock.isPresent()) {
                    return lock.get();
                }
            } while (deadline.pause());
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
        throw new Busy.JournalInUse(layout.journal(), deadline.whole(), LockOwner.of(layout.journalLock())).thrown();
    }

    /**
     * Takes the lock where that is possible at once, for somebody who only reads. Does not make the file: one that
     * belongs to whoever came to look, such as root, would lock the others out.
     */
    public static Optional<JournalLock> tryTake(Layout layout) {
        try {
            return tryLock(layout.journalLock(), file -> PrivateFile.open(file, StandardOpenOption.WRITE));
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    private interface Opening {

        FileChannel open(Path file) throws IOException;
    }

    private static Optional<JournalLock> tryLock(Path file, Opening opening) throws IOException {
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = opening.open(file);
            FileLock lock = channel.tryLock();
            locked = lock != null;
            return locked ? Optional.of(new JournalLock(file, channel)) : Optional.empty();
        } finally {
            if (!locked) {
                release(file, channel);
            }
        }
    }

    /** Not synced: {@link JournalOpener#forWriting} does that before the first promise, whoever made the folder. */
    private static void createFolder(Layout layout) throws IOException {
        if (Files.isDirectory(layout.journal())) {
            return;
        }
        if (!Files.isDirectory(layout.root())) {
            throw new Failure.NoSuchRoot(layout.root()).thrown();
        }
        PrivateFile.makeFolder(layout);
    }

    @Override
    public void close() {
        try {
            release(file, channel);
        } catch (IOException ignored) {
            // Closing an empty file; the kernel has dropped the lock all the same.
        }
    }

    private static void release(Path file, FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            HELD.remove(file);
        }
    }
}
