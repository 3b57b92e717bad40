package ctl.vm.durable;

import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A filesystem, as far as images and the journal need one. No method follows a symbolic link in the last part of a
 * path.
 *
 * <p>Nothing survives a power cut but what was synced: a file's bytes and times by {@link DiskFile#sync}, the names in
 * a folder by {@link #syncFolder}. Every failure is a {@link DiskException}, which names the file.
 */
public interface Disk {

    /**
     * Begins to load what the first file act needs, where that takes a while. It is done beside other work, and nothing
     * has to wait for it: the first caller waits.
     */
    default void getReady() {}

    /** What stands in a folder, sorted by name. */
    List<Path> list(Path folder);

    /** The last part of a path, for people: also where it is no text. */
    default String name(Path path) {
        return path.getFileName().toString();
    }

    /** What stands under a path; empty where nothing does. */
    Optional<Entry> entry(Path path);

    /** All that stands in a folder, with what it is, sorted by name. What goes meanwhile is left out. */
    default List<Found> look(Path folder) {
        List<Found> found = new ArrayList<>();
        for (Path path : list(folder)) {
            entry(path).ifPresent(entry -> found.add(new Found(name(path), entry)));
        }
        return found;
    }

    /** Bytes that what stands under a path takes on disk, without what it may hold; 0 where nothing does. */
    default long allocated(Path path) {
        return space(path).map(Space::allocated).orElse(0L);
    }

    /** What stands under a path as far as space is concerned; empty where nothing does. */
    Optional<Space> space(Path path);

    /** Opens an existing file for reading. */
    DiskFile open(Path file);

    /** Opens an existing file for reading and writing. */
    DiskFile openForWriting(Path file);

    /** The last bytes of a file, all where it has no more. It costs a start less than {@link #open}. */
    default byte[] end(Path file, int mostBytes) {
        try (DiskFile open = open(file)) {
            long size = open.size();
            ByteBuffer bytes = open.read(new DiskFile.Extent(Math.max(0, size - mostBytes), size));
            return Arrays.copyOf(bytes.array(), bytes.limit());
        }
    }

    /**
     * Locks a file for this process, unless another holds it. The kernel ends the lock with the process, and as soon as
     * the process closes the file, however it was opened: the caller must not open or lock it again meanwhile.
     */
    Optional<Lock> tryLock(Path file);

    /**
     * Asks for a turn, behind all that have asked before and are not done. Where the filesystem cannot keep an order,
     * it comes at once.
     *
     * @param file an empty one, for nothing else
     */
    default Turn queue(Path file) {
        return Turn.AT_ONCE;
    }

    /** Whether anybody has a turn, or waits for one, as far as that can be known. */
    default boolean isQueued(Path file) {
        return false;
    }

    /** The pid of another process that holds a lock on one of these files, where that can be found out. */
    default Optional<Long> lockHolder(Path... files) {
        return Optional.empty();
    }

    /** Watches which other processes have a file open. Reports none where there is no file. */
    FileWatch watch(Path file);

    /** Makes a new file, open for reading and writing. @param mode permission bits, narrowed by the umask */
    DiskFile create(Path file, int mode);

    /** Makes a folder in an existing one with all permissions that the umask leaves. */
    default void createFolder(Path folder) {
        createFolder(folder, 0777);
    }

    /** Makes a folder in an existing one. @param mode permission bits, narrowed by the umask */
    void createFolder(Path folder, int mode);

    /**
     * Gives a file or folder of ours the permission bits of another one, and its owner and group where we are root. A
     * user who is not root cannot give files away: then it stays with that user.
     */
    void copyRights(Path from, Path to);

    /**
     * Gives a file or folder of ours what another one has beside its content and its times: owner and group as far as
     * this user may give it to them, permission bits, access control lists and extended attributes as far as the
     * filesystem has them. What cannot be kept makes it less accessible than the other, never more.
     *
     * @param added permission bits that it gets besides, such as 0700 for a folder that is still to be filled
     */
    void copyAttributes(Path from, Path to, int added);

    /** Sets the modification time of a file, a folder or a link. It is durable only after the next sync. */
    void setModified(Path path, Instant time);

    /** Gives a file of ours the owner and group of another one where we are root, and these permission bits. */
    void copyOwner(Path from, Path to, int mode);

    /** Gives a file another name as well. @return false where the filesystem, or its owner, does not allow that */
    boolean addName(Path file, Path name);

    /** Makes a symbolic link that says {@code target}. */
    void createLink(Path link, Path target);

    /** What a symbolic link says. */
    Path linkTarget(Path link);

    /**
     * Gives a file or folder a new name; fails where that name is taken. Where the filesystem cannot do both in one
     * instant, {@link GuardedRename} does it in several, of which a kill can leave the first.
     */
    default void rename(Path from, Path to) {
        if (!renameIfFree(from, to)) {
            GuardedRename.rename(this, from, to);
        }
    }

    /**
     * The same by who may have begun it before: finishes what a kill or a power cut left half done. To be used only
     * where no other process gives out that name meanwhile.
     */
    default void finishRename(Path from, Path to) {
        GuardedRename.finish(this, from, to);
    }

    /**
     * Takes one of the two names from a file, as soon as the other one is durable; nothing happens where it has not
     * both.
     */
    default void dropOldName(Path from, Path to) {
        if (GuardedRename.isSameFile(this, from, to)) {
            GuardedRename.dropOldName(this, from, to);
        }
    }

    /** As {@link #rename} in one instant. @return false where the filesystem cannot; nothing has changed then */
    boolean renameIfFree(Path from, Path to);

    /**
     * Gives a file or folder a new name; a file that has that name, or an empty folder, is replaced in the same instant
     * by one of its kind.
     */
    void replace(Path from, Path to);

    /**
     * Swaps two files or folders in one instant.
     *
     * @return false where the filesystem cannot; nothing has changed then
     */
    boolean exchange(Path one, Path other);

    /** Removes a file, a link or an empty folder; nothing happens where nothing stands there. */
    void remove(Path path);

    /**
     * Makes the names in a folder durable: those that came and those that went. On a filesystem that cannot do that for
     * any folder nothing happens; whom the disk was made for is told.
     */
    void syncFolder(Path folder);

    /**
     * Gives a file or folder a new name, durably. If we die before the syncs, it stands under either name. When a sync
     * fails, the old name is given back: no caller may rely on a name that may be gone after a power cut.
     */
    default void renameDurably(Path from, Path to) {
        rename(from, to);
        syncOrTakeBack(to, from, () -> rename(to, from));
    }

    /**
     * Swaps two files or folders, durably, as {@link #renameDurably} renames one.
     *
     * @param visible the one whose folder is synced first
     * @return false where the filesystem cannot; nothing has changed then
     */
    default boolean exchangeDurably(Path one, Path visible) {
        if (!exchange(one, visible)) {
            return false;
        }
        syncOrTakeBack(visible, one, () -> exchange(one, visible));
        return true;
    }

    private void syncOrTakeBack(Path to, Path from, Runnable takeBack) {
        try {
            syncFoldersOf(to, from);
        } catch (DiskException failed) {
            try {
                takeBack.run();
            } catch (DiskException again) {
                failed.addSuppressed(again);
            }
            throw failed;
        }
    }

    /**
     * Makes durable what {@link #rename}, {@link #replace} or {@link #exchange} did. What came is durable before what
     * went: a filesystem that has no journal keeps the two folders one by one, and in the other order a power cut could
     * leave neither name. Where the folder of the old name is gone by now, another process removed it because nothing
     * was in it.
     */
    default void syncFoldersOf(Path to, Path from) {
        syncFolder(to.getParent());
        if (!to.getParent().equals(from.getParent())) {
            try {
                syncFolder(from.getParent());
            } catch (DiskException failed) {
                if (!failed.is(Errno.ENOENT)) {
                    throw failed;
                }
            }
        }
    }

    /** Name of the owner of the file, folder or link; the number where it has no name here. */
    String owner(Path path);

    /** Bytes that this user can still write to the filesystem of an existing path. */
    default long freeBytes(Path path) {
        return filesystem(path).freeBytes();
    }

    /** The filesystem of an existing path. */
    Filesystem filesystem(Path path);

    /**
     * Waits until the filesystem of an existing path has written what it holds back, the space of removed files
     * included.
     */
    default void syncFilesystem(Path path) {}

    /**
     * The kind of the filesystem of an existing path, such as {@code nfs}, where it brings the files of another
     * machine.
     */
    default Optional<String> remote(Path path) {
        return Optional.empty();
    }

    /**
     * How the filesystem of an existing path is mounted, such as {@code nfs4 with local_lock=all}, where it brings the
     * files of another machine and its locks hold on this one alone.
     */
    default Optional<String> localLocks(Path path) {
        return Optional.empty();
    }

    /**
     * Whether the filesystem of an existing path keeps inodes. Drivers of FUSE hand out numbers as files are looked at,
     * and anew after the kernel has forgotten them: then a small number may be that of another file by now.
     */
    default boolean keepsInodes(Path path) {
        return true;
    }

    /** When a file was made, which cannot be set; empty where there is none, or its filesystem does not keep that. */
    default Optional<Instant> born(Path path) {
        return Optional.empty();
    }

    /**
     * What stands under a path.
     *
     * @param size bytes, holes included
     * @param modified last change of the content, to the nanosecond
     * @param changed last change of content or attributes; it cannot be set back
     * @param inode with {@code device}, distinguishes a file from another under the same name
     * @param mode permission bits, such as 0644
     */
    record Entry(
            Kind kind, long size,
            Instant modified, Instant changed,
            long device, long inode, int mode) {

        /**
         * Whether no process has written to the file between this look and a later one. The time of the last change
         * gives away who set the modification time back.
         */
        public boolean isUnchangedIn(Entry later) {
            return size == later.size
                    && modified.equals(later.modified)
                    && changed.equals(later.changed)
                    && device == later.device
                    && inode == later.inode;
        }
    }

    /**
     * The space that an entry takes.
     *
     * @param allocated bytes on disk, holes not counted
     * @param hasOtherNames whether the file may stand under other names as well, which take no further space
     */
    record Space(Kind kind, long allocated, long device, long inode, boolean hasOtherNames) {}

    /**
     * A filesystem.
     *
     * @param sizeBytes all that it can hold
     * @param freeBytes what this user can still write to it
     * @param freeFiles how many files and folders can still be made; the largest number where it has no limit
     * @param reportsShared whether it reports which blocks of a file other files have as well
     */
    record Filesystem(long sizeBytes, long freeBytes, long freeFiles, boolean reportsShared) {}

    /** A file that this process has locked, until it is closed. */
    interface Lock extends AutoCloseable {

        @Override
        void close();
    }

    /** A place in a queue, until it is closed. It ends with the process, whether its turn has come or not. */
    interface Turn extends AutoCloseable {

        /** Without a queue. */
        Turn AT_ONCE = new Turn() {
            @Override
            public boolean await(Duration patience) {
                return true;
            }

            @Override
            public void close() {
                // Nobody waits behind it.
            }
        };

        /**
         * Waits until it is our turn.
         *
         * @param patience how long to wait while nobody before us has done; with none it does not wait
         * @return whether our turn has come
         */
        boolean await(Duration patience);

        @Override
        void close();
    }

    /** Something in a folder. @param name as {@link #name} gives it */
    record Found(String name, Entry entry) {}

    /** What an entry is. */
    enum Kind {
        FILE,
        FOLDER,
        LINK,
        SPECIAL
    }
}
