package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Unsafe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongBiFunction;

/** What is done with whole folders. */
final class Folders {

    private static final int OPEN = 0777;
    private static final int GROUP_ONLY = 0770;

    /** All that its owner needs to fill and to empty it. */
    static final int OWNER_ONLY = 0700;

    /** Writable for the group, which owns all that comes to stand there. */
    private static final int SHARED = 02020;

    /** A driver of FUSE learns a moment later that a file was closed, and keeps it until then under another name. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private static final int MOST_LOOKS = 100;

    private Folders() {}

    /** Makes the folder unless it is there, and its name durable. */
    static void ensure(Disk disk, Path folder) {
        ensure(disk, folder, OPEN);
    }

    /** The same for a folder that no other user has any business in, except the group where the root is shared. */
    static void ensurePrivate(Disk disk, Path folder) {
        boolean isShared = disk.entry(folder.getParent()).filter(parent -> (parent.mode() & SHARED) == SHARED)
                .isPresent();
        ensure(disk, folder, isShared ? GROUP_ONLY : OWNER_ONLY);
    }

    /** The same with these permission bits, which the umask narrows. */
    static void ensure(Disk disk, Path folder, int mode) {
        Optional<Disk.Entry> there = disk.entry(folder);
        there.ifPresent(entry -> requireFolder(folder, entry));
        if (there.isEmpty()) {
            try {
                disk.createFolder(folder, mode);
            } catch (DiskException failed) {
                if (!failed.is(Errno.EEXIST)) {
                    throw failed;
                }
                // Another process was quicker.
            }
            disk.syncFolder(folder.getParent());
        }
    }

    /** A link that stands there would lead what we write to somewhere else. */
    static void requireFolder(Path folder, Disk.Entry entry) {
        if (entry.kind() != Disk.Kind.FOLDER) {
            throw new Unsafe.NotOurs(folder, "a folder").thrown();
        }
    }

    /**
     * Makes the folder and the private one it stands in, although another process may remove that one while it is
     * empty.
     */
    static void ensureWithin(Disk disk, Path parent, Path folder) {
        ensureWithin(disk, parent, folder, OPEN);
    }

    /** The same with these permission bits, which the umask narrows. */
    static void ensureWithin(Disk disk, Path parent, Path folder, int mode) {
        while (disk.entry(folder).isEmpty()) {
            try {
                ensurePrivate(disk, parent);
                ensure(disk, folder, mode);
            } catch (DiskException failed) {
                if (!failed.is(Errno.ENOENT)) {
                    throw failed;
                }
            }
        }
    }

    /** Bytes on disk of what stands under the path, with all that is in it. */
    static ByteCount allocated(Disk disk, Path path) {
        return sum(disk, path, (file, _) -> disk.allocated(file));
    }

    /** Bytes of the files under the path, holes included. */
    static ByteCount size(Disk disk, Path path) {
        return sum(disk, path, (_, entry) -> entry.kind() == Disk.Kind.FILE ? entry.size() : 0);
    }

    private static ByteCount sum(Disk disk, Path path, ToLongBiFunction<Path, Disk.Entry> bytes) {
        return disk.entry(path)
                .map(entry -> entry.kind() == Disk.Kind.FOLDER
                        ? disk.list(path).stream()
                                .map(child -> sum(disk, child, bytes))
                                .reduce(ByteCount.ZERO, ByteCount::plus)
                        : new ByteCount(bytes.applyAsLong(path, entry)))
                .orElse(ByteCount.ZERO);
    }

    /**
     * Removes what stands under the path, with all that is in it, also from folders that are write-protected; links are
     * removed, not followed.
     */
    static void removeTree(Disk disk, Path path) {
        disk.entry(path).ifPresent(entry -> {
            if (entry.kind() != Disk.Kind.FOLDER) {
                disk.remove(path);
                return;
            }
            if ((entry.mode() & OWNER_ONLY) != OWNER_ONLY) {
                disk.copyOwner(path, path, OWNER_ONLY);
            }
            removeFolder(disk, path);
        });
    }

    private static void removeFolder(Disk disk, Path folder) {
        for (int looks = 1;; looks++) {
            disk.list(folder).forEach(child -> removeTree(disk, child));
            try {
                disk.remove(folder);
                return;
            } catch (DiskException failed) {
                if (looks == MOST_LOOKS || !failed.is(Errno.ENOTEMPTY) || !holdsFilesOfFuse(disk, folder)) {
                    throw failed;
                }
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /** As libfuse names a file that was removed while its driver still took it for open (lib/fuse.c, hide_node). */
    private static boolean holdsFilesOfFuse(Disk disk, Path folder) {
        return disk.list(folder).stream()
                .anyMatch(file -> file.getFileName().toString().startsWith(".fuse_hidden"));
    }

    /**
     * Removes the folder unless something is in it: another operation may just have put it there, and may have removed
     * it again by the time that anything could be looked at.
     */
    static void removeIfEmpty(Disk disk, Path folder) {
        try {
            disk.remove(folder);
        } catch (DiskException inUse) {
            if (!inUse.is(Errno.ENOTEMPTY, Errno.EEXIST)) {
                throw inUse;
            }
        }
    }
}
