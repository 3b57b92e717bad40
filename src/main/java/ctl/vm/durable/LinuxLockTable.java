package ctl.vm.durable;

import ctl.vm.durable.OpenFileLocks.Type;
import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxError;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Locks on single bytes of a file that stays empty: a lock may lie behind the end. Each has a descriptor of its own, so
 * that nothing is open when none is held. Whether one is held is looked up without taking it: many that look are in
 * nobody's way.
 */
public final class LinuxLockTable implements LockTable {

    private static final int GROUP_CAN_WRITE = 020;
    private static final int FOR_THE_GROUP = 0660;
    private static final int FOR_THE_OWNER = 0600;

    private final Path file;

    public LinuxLockTable(Path file) {
        this.file = file;
    }

    @Override
    public Optional<Held> tryLock(long number, boolean shared) {
        makeWhereMissing();
        Descriptor open = Descriptor.open(file, Descriptor.READ_WRITE, 0);
        OpenFileLocks locks = new OpenFileLocks(open);
        boolean held = false;
        try {
            held = locks.set(shared ? Type.SHARED : Type.ALONE, number, 1);
            return held ? Optional.of(() -> giveUp(locks, open)) : Optional.empty();
        } catch (DiskException failed) {
            throw OpenFileLocks.orNoLocks(failed);
        } finally {
            if (!held) {
                open.close();
            }
        }
    }

    private static void giveUp(OpenFileLocks locks, Descriptor open) {
        try (open) {
            locks.release();
        }
    }

    /** As private as the folder it stands in. */
    private void makeWhereMissing() {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Descriptor _ = Descriptor.open(file, Descriptor.READ_WRITE | Descriptor.CREATE_NEW, mode())) {
            FileOwnership.adopt(file, file.getParent());
        } catch (DiskException another) {
            if (!another.is(Errno.EEXIST)) {
                throw another;
            }
        } catch (IOException failed) {
            throw LinuxError.of(failed, file);
        }
    }

    private int mode() throws IOException {
        int folder = (int) Files.getAttribute(file.getParent(), "unix:mode");
        return (folder & GROUP_CAN_WRITE) != 0 ? FOR_THE_GROUP : FOR_THE_OWNER;
    }

    /** A user who may only read the file can still ask. Nobody can hold a lock where the filesystem keeps none. */
    @Override
    public boolean isHeld(long number) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Descriptor open = Descriptor.open(file, Descriptor.READ_ONLY, 0)) {
            return new OpenFileLocks(open).inTheWay(Type.ALONE, number, 1).isPresent();
        } catch (DiskException failed) {
            if (failed.isRefusal()) {
                return false;
            }
            throw failed;
        }
    }
}
