package ctl.vm.durable;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxCall;
import ctl.vm.problem.DiskException;
import ctl.vm.process.OpenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A watch that Linux keeps: a {@link Lease}, and behind it {@link ImageLocks}.
 *
 * <p>The lease comes first: it sees the QEMU that S²E images belong to, which takes no locks. A newer QEMU that wants
 * to write is let through the lease, meets our locks, and goes away with a clear message: then the lease is taken anew,
 * and the file's times prove that nothing was written between the two.
 *
 * <p>Where no lease can be had there are only the size and the time of the last write. They show a writer when it
 * writes, not when it has the file open: so the file is looked at for a short time before anything is done with it.
 * Without that, a copy that takes an instant would go through between two writes; and of two writes within one tick of
 * the filesystem's clock the second changes no time.
 */
final class LinuxFileWatch implements FileWatch {

    private static final Duration GLANCE = Duration.ofMillis(20);

    /** A short visit is over by then: {@code touch}, or a writer that ends. */
    private static final int GLANCES_AT_THE_START = 5;

    /** So long does a QEMU take at the most to meet our locks and close the file again. */
    private static final int GLANCES_AFTER_A_BREAK = 50;

    /**
     * For so long there must be no write, where only the file's times show one. Longer than the clock of any filesystem
     * ticks.
     */
    private static final Duration QUIET = Duration.ofMillis(500);

    private final Descriptor file;
    private final Disk.Entry before;
    private final OpenFiles openers;
    private final Lease lease;
    private final ImageLocks locks;
    private final Optional<OpenFiles.Holder> openedBefore;
    private final LinuxStatus.Written quiet;
    private final Instant begun;
    private boolean leased;
    private Optional<OpenFiles.Holder> intruder = Optional.empty();

    private LinuxFileWatch(Descriptor file, Disk.Entry before) {
        this.file = file;
        this.before = before;
        this.openers = new OpenFiles(file.path(), before.device(), before.inode());
        this.lease = new Lease(file);
        this.locks = new ImageLocks(file);
        this.openedBefore = begin();
        this.quiet = written();
        this.begun = Instant.now();
    }

    /** Reports no process at what is no file, or may not be read: reading it fails with the reason. */
    static FileWatch over(Path path) {
        Optional<Disk.Entry> there = LinuxStatus.of(path).filter(entry -> entry.kind() == Disk.Kind.FILE);
        if (there.isEmpty()) {
            return FileWatch.UNDISTURBED;
        }
        try {
            return new LinuxFileWatch(
                    Descriptor.open(path, Descriptor.READ_ONLY | Descriptor.WITHOUT_WAITING, 0), there.get());
        } catch (DiskException unreadable) {
            return FileWatch.BLIND;
        }
    }

    private Optional<OpenFiles.Holder> begin() {
        Optional<OpenFiles.Holder> found = writerByLease();
        boolean unlocked = locks.take();
        return found.isPresent() || unlocked ? found : Optional.of(openers.anyone().orElse(OpenFiles.Holder.UNSEEN));
    }

    private Optional<OpenFiles.Holder> writerByLease() {
        Lease.Answer answer = lease.take();
        Optional<OpenFiles.Holder> seen = answer == Lease.Answer.HELD ? Optional.empty() : openers.writer();
        for (int glance = 0; answer == Lease.Answer.REFUSED && seen.isEmpty()
                && glance < GLANCES_AT_THE_START; glance++) {
            pause();
            answer = lease.take();
            seen = answer == Lease.Answer.REFUSED ? openers.writer() : Optional.empty();
        }
        leased = answer == Lease.Answer.HELD;
        return answer == Lease.Answer.REFUSED && seen.isEmpty() && !isRemote()
                ? Optional.of(OpenFiles.Holder.UNSEEN)
                : seen;
    }

    /** A process that shows only by its command line, or by its writes. */
    private Optional<OpenFiles.Holder> writerByTimes() {
        Optional<OpenFiles.Holder> machine = locks.isUsed() ? Optional.empty() : openers.namedByMachine();
        while (machine.isEmpty() && isUnwritten() && Instant.now().isBefore(begun.plus(QUIET))) {
            pause();
        }
        return isUnwritten() ? machine : Optional.of(openers.writer().orElse(OpenFiles.Holder.UNSEEN));
    }

    /**
     * What the file is like before its writers are waited for. A shared mapping changes the time with the first write
     * to a page that the disk has: so the disk is given all of them, and the next write shows. That write may come
     * before the sync has returned, and be the only one that changes the time: so the time is looked at before.
     */
    private LinuxStatus.Written written() {
        LinuxStatus.Written now = LinuxStatus.written(file);
        if (!leased && openedBefore.isEmpty()) {
            file.make(LinuxCall.FSYNC); // where that fails, only a process that uses a mapping stays unseen
        }
        return now;
    }

    private boolean isUnwritten() {
        return LinuxStatus.written(file).equals(quiet);
    }

    /** A server (NFS, SMB) that gives no leases answers as if another process had the file open. */
    private boolean isRemote() {
        return FilesystemType.of(file).remote(file.path()).isPresent();
    }

    @Override
    public boolean seesEveryWriter() {
        return openedBefore.isPresent() || leased;
    }

    @Override
    public Optional<OpenFiles.Holder> writer() {
        return openedBefore.isPresent() || leased ? openedBefore : writerByTimes();
    }

    @Override
    public Optional<OpenFiles.Holder> machine() {
        return locks.isUsed() ? Optional.of(openers.anyone().orElse(OpenFiles.Holder.UNSEEN)) : Optional.empty();
    }

    @Override
    public Optional<OpenFiles.Holder> intruder() {
        if (leased && !lease.isWhole()) {
            lease.giveUp();
            leased = isLeasedAnew();
            if (!leased) {
                intruder = Optional.of(openers.writer().orElse(OpenFiles.Holder.UNSEEN));
            } else if (!isUnchanged()) {
                intruder = Optional.of(OpenFiles.Holder.GONE);
            }
        } else if (!leased && intruder.isEmpty() && !isUnwritten()) {
            intruder = Optional.of(openers.writer().orElse(OpenFiles.Holder.UNSEEN));
        }
        return intruder;
    }

    private boolean isLeasedAnew() {
        for (int glance = 0; glance < GLANCES_AFTER_A_BREAK; glance++) {
            pause(); // the waiting process must get in before it can be out again
            if (lease.take() == Lease.Answer.HELD) {
                return true;
            }
        }
        return false;
    }

    private boolean isUnchanged() {
        return LinuxStatus.of(file.path()).filter(before::isUnchangedIn).isPresent();
    }

    @Override
    public void close() {
        try (file) {
            locks.giveUp();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(GLANCE);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("our threads are never interrupted", stopped);
        }
    }
}
