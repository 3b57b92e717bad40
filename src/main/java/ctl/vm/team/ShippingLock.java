package ctl.vm.team;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.problem.DiskException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The task of shipping a root's events as they come, which one process has at a time: a kernel lock, which ends with
 * its process. Who ships by request needs no lock.
 *
 * <p>A process that gives it up has to look once more for events: one that was recorded just before was left to it.
 */
public final class ShippingLock implements AutoCloseable {

    private final Disk.Lock lock;

    private ShippingLock(Disk.Lock lock) {
        this.lock = lock;
    }

    /** Empty where another process has it. */
    public static Optional<ShippingLock> tryTake(JournalFolder folder) {
        return folder.explained(() -> {
            folder.requireReal();
            folder.makeWhereMissing(file(folder));
            return folder.disk().tryLock(file(folder)).map(ShippingLock::new);
        });
    }

    /** Whether a process ships as the events come, as far as that can be found out. Makes no file. */
    public static boolean isTaken(JournalFolder folder) {
        try {
            if (folder.isMissing(file(folder))) {
                return false;
            }
            Optional<Disk.Lock> lock = folder.disk().tryLock(file(folder));
            lock.ifPresent(Disk.Lock::close);
            return lock.isEmpty();
        } catch (DiskException unreadable) {
            return holder(folder).isPresent();
        }
    }

    /** The process that ships as the events come. */
    public static Optional<Long> holder(JournalFolder folder) {
        return folder.disk().lockHolder(file(folder));
    }

    private static Path file(JournalFolder folder) {
        return folder.layout().shippingLock();
    }

    @Override
    public void close() {
        lock.close();
    }
}
