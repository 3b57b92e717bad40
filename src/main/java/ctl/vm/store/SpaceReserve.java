package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.DiskException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Space of a disk that is kept for what frees space: files of random bytes, as zeros may take no blocks. When the disk
 * is full they are removed, and there are blocks and inodes for the events and folders that a deletion needs.
 *
 * <p>The files stand in a folder that bears its name only while all of them are there. Under its other name it holds
 * none, or some: the space was given up, and does not belong to who came first. A disk that was never roomy enough has
 * neither.
 */
public final class SpaceReserve {

    /** Four, as a full disk may lack inodes: folders are needed, too. */
    private static final int FILES = 4;

    private static final int FILE_BYTES = 1 << 20;

    /** A deletion takes 100 KB of the journal, a compaction of a small one some hundreds. */
    private static final long SHORT_BYTES = 1 << 20;

    private static final long SHORT_FILES = 16;

    /** As much stays free beside the reserve. */
    private static final long ROOM_BYTES = 2L * FILES * FILE_BYTES;

    private static final int FILE_MODE = 0600;
    private static final int FOLDER_MODE = 0700;

    private final Disk disk;
    private final Path kept;
    private final Path released;

    /** @param folder its own */
    SpaceReserve(Disk disk, Path folder) {
        this.disk = disk;
        this.kept = folder;
        this.released = folder.resolveSibling(folder.getFileName() + ".released");
    }

    public boolean isKept() {
        return disk.entry(kept).isPresent();
    }

    /** Whether it was kept and its space was given up. */
    public boolean isReleased() {
        return disk.entry(released).isPresent();
    }

    /** Whether its disk has so little left that a deletion could fail. */
    public boolean isNeeded() {
        Disk.Filesystem filesystem = disk.filesystem(kept.getParent());
        return filesystem.freeBytes() < SHORT_BYTES || filesystem.freeFiles() < SHORT_FILES;
    }

    /** What has to be free for it to be kept. */
    public static ByteCount room() {
        return new ByteCount(ROOM_BYTES);
    }

    /** The folder on whose disk it is. */
    public Path place() {
        return kept.getParent();
    }

    /** What this user can still write to its disk. */
    public ByteCount free() {
        return new ByteCount(disk.freeBytes(kept.getParent()));
    }

    /**
     * Keeps it, where there is room. If we die in here it is not kept, and what was written is part of the next try. It
     * is no failure of a command that its disk, or its owner, does not let us.
     */
    public void keep() {
        if (isKept() || free().bytes() < ROOM_BYTES) {
            return;
        }
        try {
            fill();
            disk.rename(released, kept);
            disk.syncFolder(kept.getParent());
        } catch (DiskException failed) {
            // Another process may have been quicker. If the disk is full by now, what was written must not stay.
            removeFiles();
        }
    }

    private void fill() {
        if (disk.entry(released).isEmpty()) {
            disk.createFolder(released, FOLDER_MODE);
            disk.copyRights(released.getParent(), released);
        }
        SplittableRandom random = new SplittableRandom();
        for (Path path : files()) {
            disk.remove(path);
            byte[] bytes = new byte[FILE_BYTES];
            random.nextBytes(bytes);
            try (DiskFile file = disk.create(path, FILE_MODE)) {
                file.write(ByteBuffer.wrap(bytes), 0);
                file.sync();
            }
        }
        disk.syncFolder(released);
    }

    /**
     * Gives up the space. It is free when this returns, also after a power cut.
     *
     * @return false where there was nothing to give up
     */
    public boolean release() {
        if (!isKept() && !isReleased()) {
            return false;
        }
        try {
            disk.rename(kept, released);
            // Before a file goes: what bears the name must be whole, also after a power cut.
            disk.syncFolder(kept.getParent());
        } catch (DiskException failed) {
            // It is not kept, there are both folders, or the disk lets none be renamed: whatever there is goes.
            Folders.removeTree(disk, kept);
        }
        boolean isFreed = removeFiles();
        if (disk.entry(released).isPresent()) {
            disk.syncFolder(released);
        }
        return isFreed;
    }

    private boolean removeFiles() {
        List<Path> there = files().stream().filter(file -> disk.entry(file).isPresent()).toList();
        there.forEach(disk::remove);
        return !there.isEmpty();
    }

    private List<Path> files() {
        return IntStream.rangeClosed(1, FILES).mapToObj(number -> released.resolve(String.valueOf(number))).toList();
    }
}
