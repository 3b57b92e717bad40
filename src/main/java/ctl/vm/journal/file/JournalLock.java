package ctl.vm.journal.file;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.problem.Busy;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The right to write to the journal, which one process has at a time: a kernel lock, which ends with its process. They
 * get it in the order in which they ask for it, and whoever waits does so as long as one after the other of those
 * before it is done.
 *
 * <p>H2 has a lock of its own, but only while the database is open. This one also covers making the database, so that a
 * half-made one is not taken for a damaged one; the time between the events of a write session; and writing the
 * listing, whose identity is known only after H2 has closed the file: without the lock another process could append in
 * between, and its identity would go with our content.
 */
public final class JournalLock implements AutoCloseable {

    private final JournalFolder folder;
    private final Disk.Turn turn;
    private final Disk.Lock lock;

    private JournalLock(JournalFolder folder, Disk.Turn turn, Disk.Lock lock) {
        this.folder = folder;
        this.turn = turn;
        this.lock = lock;
    }

    /**
     * Makes the journal folder where it is missing, and takes the lock.
     *
     * @param patience how long to wait while the process that has it keeps it
     * @throws ctl.vm.problem.VmException JournalInUse, or what the disk reports
     */
    public static JournalLock take(JournalFolder folder, Duration patience) {
        Layout layout = folder.layout();
        return folder.explained(() -> {
            folder.make();
            folder.requireReal();
            folder.makeWhereMissing(layout.journalQueue());
            return inTurn(folder, turn -> {
                if (turn.await(patience)) {
                    // Free by now, but for a program that does not know the queue.
                    var deadline = new Deadline(patience);
                    do {
                        folder.makeWhereMissing(layout.journalLock());
                        Optional<JournalLock> lock = tryLock(folder, turn);
                        if (lock.isPresent()) {
                            return lock;
                        }
                    } while (deadline.pause());
                }
                throw new Busy.JournalInUse(
                        layout.journal(), patience, folder.disk().lockHolder(layout.journalLock())).thrown();
            }).orElseThrow();
        });
    }

    /**
     * Takes the lock where nobody has it or waits for it, for a process that only reads. Does not make the files: a
     * file of another user, such as root, would lock the others out.
     */
    public static Optional<JournalLock> tryTake(JournalFolder folder) {
        try {
            return inTurn(folder, turn -> turn.await(Duration.ZERO) ? tryLock(folder, turn) : Optional.empty());
        } catch (UncheckedIOException missing) {
            return Optional.empty();
        }
    }

    /** Whether a process writes to the journal, or waits until it may, as far as that can be known without waiting. */
    public static boolean isWanted(JournalFolder folder) {
        try {
            return folder.disk().isQueued(folder.layout().journalQueue());
        } catch (UncheckedIOException unreadable) {
            return false;
        }
    }

    /** A turn is over where it gave no lock. */
    private static Optional<JournalLock> inTurn(
            JournalFolder folder, Function<Disk.Turn, Optional<JournalLock>> take) {
        Disk.Turn turn = folder.disk().queue(folder.layout().journalQueue());
        Optional<JournalLock> lock = Optional.empty();
        try {
            lock = take.apply(turn);
            return lock;
        } finally {
            if (lock.isEmpty()) {
                turn.close();
            }
        }
    }

    private static Optional<JournalLock> tryLock(JournalFolder folder, Disk.Turn turn) {
        if (!folder.locked().compareAndSet(false, true)) {
            return Optional.empty();
        }
        Optional<JournalLock> lock = Optional.empty();
        try {
            lock = folder.disk().tryLock(folder.layout().journalLock())
                    .map(taken -> new JournalLock(folder, turn, taken));
            return lock;
        } finally {
            folder.locked().set(lock.isPresent());
        }
    }

    @Override
    public void close() {
        try (turn) {
            try {
                folder.explained(lock::close);
            } finally {
                folder.locked().set(false);
            }
        }
    }
}
