package ctl.vm.journal.file;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.problem.Busy;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The right to write to the journal, which one process has at a time: a kernel lock, which ends with its process.
 *
 * <p>H2 has a lock of its own, but only while the database is open. This one also covers making the database, so that a
 * half-made one is not taken for a damaged one; the time between the events of a write session; and writing the listing, whose
 * identity is known only after H2 has closed the file: without the lock another process could append in between, and its
 * identity would go with our content.
 */
public final class JournalLock implements AutoCloseable {

    private final JournalFolder folder;
    private final Disk.Lock lock;

    private JournalLock(JournalFolder folder, Disk.Lock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Makes the journal folder where it is missing, and takes the lock.
     *
     * @throws ctl.vm.problem.VmException JournalInUse, or what the disk reports
     */
    public static JournalLock take(JournalFolder folder, Deadline deadline) {
        Layout layout = folder.layout();
        return folder.explained(() -> {
            folder.make();
            folder.requireReal();
            do {
                folder.makeWhereMissing(layout.journalLock());
                Optional<JournalLock> lock = tryLock(folder);
                if (lock.isPresent()) {
                    return lock.get();
                }
            } while (deadline.pause());
            throw new Busy.JournalInUse(
                    layout.journal(), deadline.whole(), folder.disk().lockHolder(layout.journalLock())).thrown();
        });
    }

    /**
     * Takes the lock where that is possible at once, for a process that only reads. Does not make the file: a file of another
     * user, such as root, would lock the others out.
     */
    public static Optional<JournalLock> tryTake(JournalFolder folder) {
        try {
            return tryLock(folder);
        } catch (UncheckedIOException missing) {
            return Optional.empty();
        }
    }

    private static Optional<JournalLock> tryLock(JournalFolder folder) {
        if (!folder.locked().compareAndSet(false, true)) {
            return Optional.empty();
        }
        Optional<JournalLock> lock = Optional.empty();
        try {
            lock = folder.disk().tryLock(folder.layout().journalLock()).map(taken -> new JournalLock(folder, taken));
            return lock;
        } finally {
            folder.locked().set(lock.isPresent());
        }
    }

    @Override
    public void close() {
        try {
            folder.explained(lock::close);
        } finally {
            folder.locked().set(false);
        }
    }
}
