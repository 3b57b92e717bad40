package ctl.vm.archive.write;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.GuardedRename;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.WorkName;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file that one operation makes, of whatever content: under a name of its own first, its partial file, and under
 * the final name once it is whole and durable.
 */
public final class NewFile {

    private static final int FILE_MODE = 0666;

    private final Disk disk;
    private final Path file;
    private final Path partial;
    private final Path newPartial;
    private final boolean replace;

    private Optional<DiskFile> open = Optional.empty();

    /** @param name that it has until it gets its own; @param replace whether a file of that name may be replaced */
    public NewFile(Disk disk, Path file, WorkName name, boolean replace) {
        this.disk = disk;
        this.file = file;
        this.partial = Layout.partialPackage(file, name);
        this.newPartial = Layout.newPartialPackage(file, name);
        this.replace = replace;
    }

    public Path path() {
        return file;
    }

    public Path folder() {
        return file.getParent();
    }

    /** The name of its own. */
    Path partial() {
        return partial;
    }

    /** The partial file; empty where there is none. */
    Optional<Disk.Entry> written() {
        return disk.entry(partial);
    }

    /**
     * What this user can write to the file's disk, once what the partial file has behind its beginning is cut off.
     *
     * @param kept bytes of it that stay
     */
    ByteCount free(ByteCount kept) {
        long cutOff = Math.max(0, disk.allocated(partial) - kept.bytes());
        return new ByteCount(disk.freeBytes(folder())).plus(new ByteCount(cutOff));
    }

    /**
     * Opens the partial file with its first bytes, and cuts off what is behind them. If we die from here on, it is all
     * that we leave. Its name is durable before anything is promised about its bytes.
     *
     * @param kept how many; with none, it is a new file
     */
    DiskFile begin(ByteCount kept) {
        DiskFile opened = kept.equals(ByteCount.ZERO) ? create() : disk.openForWriting(partial);
        open = Optional.of(opened);
        opened.resize(kept.bytes());
        disk.syncFolder(folder());
        return opened;
    }

    /** The inode of the finished file, by which {@link #isPublished} tells it from any other file. */
    public long inode() {
        return written().orElseThrow().inode();
    }

    /**
     * Whether what stands under the name is the file that was finished with this inode.
     *
     * @param size its bytes, where they are known: they tell where inodes are not kept, with what stands under the
     *     partial name
     */
    public boolean isPublished(long inode, Optional<ByteCount> size) {
        Optional<Disk.Entry> named = disk.entry(file);
        if (named.isEmpty() || size.isEmpty() || disk.keepsInodes(file)) {
            return named.filter(entry -> entry.inode() == inode).isPresent();
        }
        long bytes = size.get().bytes();
        return named.get().size() == bytes && written().filter(entry -> entry.size() == bytes).isEmpty();
    }

    /**
     * Whether the finished file still has its partial name.
     *
     * @param inode and {@code size} as of {@link #isPublished}
     */
    public boolean isWaiting(long inode, Optional<ByteCount> size) {
        return written()
                .filter(entry -> size.isEmpty() || disk.keepsInodes(partial)
                        ? entry.inode() == inode
                        : entry.size() == size.get().bytes())
                .isPresent();
    }

    /**
     * Gives the file its name, durably. If we die before the sync, it stands under either name, whole; where it
     * replaces another, that one may be left under the partial name.
     *
     * @param inode and {@code size} as of {@link #isPublished}
     * @param again whether an earlier attempt may have died in this
     * @throws ctl.vm.problem.VmException PackageExists, when another process made a file of that name meanwhile
     */
    public void publish(long inode, Optional<ByteCount> size, boolean again) {
        if (isPublished(inode, size)) {
            disk.remove(partial);
            disk.syncFolder(folder());
        } else if (replace && disk.entry(file).isPresent()) {
            replaceOld();
        } else {
            rename(again);
        }
    }

    /** Where the filesystem can, in a way that can be taken back when the sync fails. */
    private void replaceOld() {
        if (disk.exchangeDurably(partial, file)) {
            disk.remove(partial);
        } else {
            disk.replace(partial, file);
        }
        disk.syncFolder(folder());
    }

    /** Bytes of the published file. */
    public ByteCount size() {
        return new ByteCount(disk.entry(file).orElseThrow().size());
    }

    /** Takes back all that was written, durably, where nothing is finished. */
    public void undo() {
        discard();
        syncFolder();
    }

    /**
     * The same for a finished file, where an attempt may have died in {@link #publish}. What has the partial name may
     * be the file that was replaced, where the new one was moved away by hand: it gets its name back.
     *
     * @param inode and {@code size} as of {@link #isPublished}
     * @throws ctl.vm.problem.VmException PackageExists, where something else has that name
     */
    public void undoFinished(long inode, Optional<ByteCount> size) {
        if (replace && written().isPresent() && !isWaiting(inode, size)
                && !GuardedRename.isSameFile(disk, partial, file)) {
            rename(true);
        }
        discard();
        if (!replace && disk.entry(file).filter(GuardedRename::isReservation).isPresent()) {
            disk.remove(file);
        }
        syncFolder();
    }

    private void syncFolder() {
        if (disk.entry(folder().resolve(".")).isPresent()) {
            disk.syncFolder(folder());
        }
    }

    /** Closes and removes the partial file, if there is one. */
    public void discard() {
        try {
            open.ifPresent(DiskFile::close);
        } finally {
            disk.remove(partial);
            disk.remove(newPartial);
        }
    }

    /** It gets its name in the way in which the file will get its own: a filesystem that refuses that does so now. */
    private DiskFile create() {
        disk.remove(partial);
        disk.remove(newPartial);
        try (DiskFile made = disk.create(newPartial, FILE_MODE)) {
            made.sync();
        }
        if (replace) {
            disk.replace(newPartial, partial);
        } else {
            disk.rename(newPartial, partial);
        }
        return disk.openForWriting(partial);
    }

    private void rename(boolean again) {
        try {
            if (again) {
                disk.finishRename(partial, file);
                disk.syncFolder(folder());
            } else {
                disk.renameDurably(partial, file);
            }
        } catch (DiskException failed) {
            if (failed.is(Errno.EEXIST)) {
                throw new AlreadyThere.PackageExists(file).thrown();
            }
            throw failed;
        }
    }
}
