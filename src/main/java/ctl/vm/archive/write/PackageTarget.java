package ctl.vm.archive.write;

import ctl.vm.archive.member.PackageDigest;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.GuardedRename;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A package file that one operation writes: under a name of its own first, and under the final name once it is whole
 * and durable. In the order of its methods: begin, add for each image, finish, publish.
 */
public final class PackageTarget {

    private static final int FILE_MODE = 0666;

    private final Disk disk;
    private final Compressors compressors;
    private final Path file;
    private final Path partial;
    private final Path newPartial;
    private final boolean replace;

    private Optional<DiskFile> open = Optional.empty();
    private Optional<PackageWriter> output = Optional.empty();

    public PackageTarget(Disk disk, Compressors compressors, Path file, OperationId operation, boolean replace) {
        this.disk = disk;
        this.compressors = compressors;
        this.file = file;
        this.partial = Layout.partialPackage(file, operation);
        this.newPartial = Layout.newPartialPackage(file, operation);
        this.replace = replace;
    }

    /** An image to be packed. */
    public record ImageFile(ImageName name, Path path) {}

    /**
     * Whether what an earlier attempt has written is still there, and still what it would write today.
     *
     * @param images all that are to be packed, in their order
     */
    public boolean canGoOn(PackageCheckpoint checkpoint, List<ImageFile> images) {
        boolean isThere = disk.entry(partial)
                .filter(entry -> entry.size() >= checkpoint.written().bytes())
                .isPresent();
        List<PackedImage> packed = checkpoint.images();
        if (!isThere || packed.size() > images.size()) {
            return false;
        }
        for (int index = 0; index < packed.size(); index++) {
            if (!isUnchanged(packed.get(index), images.get(index))) {
                return false;
            }
        }
        return true;
    }

    /**
     * What is to be written to the target's disk.
     *
     * @param free what this user can write there, once what is of no use there is cut off
     * @param archive bytes that are still missing of the archive, before it is compressed
     * @param least bytes of the package that are missing, where it is compressed as well as can be; exactly those where it is
     *     not compressed
     */
    public record SpaceNeed(Path folder, ByteCount free, ByteCount archive, ByteCount least) {}

    /** @param done what is written already; @param images all that are to be packed */
    public SpaceNeed spaceNeed(PackageCheckpoint done, List<ImageFile> images) {
        ByteCount packed = ByteCount.ZERO;
        for (ImageFile image : images) {
            try (var source = new SourceImage(disk, image.name(), image.path())) {
                packed = packed.plus(new ByteCount(source.packedBytes()));
            }
        }
        ByteCount archive = PackageWriter.archiveBytes(packed);
        ByteCount missing = new ByteCount(Math.max(0, archive.bytes() - done.unpacked().bytes()));
        // What an earlier attempt wrote behind its last checkpoint is cut off before anything is written.
        long cutOff = Math.max(0, disk.allocated(partial) - done.written().bytes());
        Path folder = file.getParent();
        return new SpaceNeed(folder, new ByteCount(disk.freeBytes(folder)).plus(new ByteCount(cutOff)), missing,
                PackageFormat.of(file).leastOf(missing));
    }

    /**
     * Opens the partial file, and cuts off what it has behind the checkpoint. If we die from here on, it is all that we
     * leave. Its name is durable before anything is promised about its bytes. What is before the checkpoint is read once more
     * for the digest of the file.
     *
     * @param progress receives the bytes that were read again, a few at a time
     */
    public void begin(PackageCheckpoint done, CompressionLevel level, LongConsumer progress) {
        DiskFile opened = done.equals(PackageCheckpoint.NOTHING) ? create() : disk.openForWriting(partial);
        open = Optional.of(opened);
        opened.resize(done.written().bytes());
        disk.syncFolder(file.getParent());
        PackageFormat format = PackageFormat.of(file);
        var sink = new PackageSink.ToFile(opened, done.written().bytes());
        var digest = new PackageDigest();
        if (!done.complete()) {
            digest.addWritten(opened, done.written().bytes(), progress);
        }
        output = Optional.of(
                new PackageWriter(disk, sink, () -> format.writer(compressors, level), done, digest));
    }

    /** Adds an image, as {@link PackageWriter#add} does. */
    public void add(ImageFile image, PackingWatcher watcher) {
        output.orElseThrow().add(image.name(), image.path(), watcher);
    }

    /** Writes the end of the package and makes it durable under its partial name. */
    public PackageCheckpoint finish() {
        return output.orElseThrow().finish();
    }

    /** The inode of the finished package, by which {@link #isPublished} tells it from any other file. */
    public long inode() {
        return disk.entry(partial).orElseThrow().inode();
    }

    /**
     * Whether the file under the package's name is the one that was finished with this inode.
     *
     * @param size its bytes, where they are known: they tell where inodes are not kept, with what stands under the partial name
     */
    public boolean isPublished(long inode, Optional<ByteCount> size) {
        Optional<Disk.Entry> named = disk.entry(file);
        if (named.isEmpty() || size.isEmpty() || disk.keepsInodes(file)) {
            return named.filter(entry -> entry.inode() == inode).isPresent();
        }
        long bytes = size.get().bytes();
        return named.get().size() == bytes && disk.entry(partial).filter(entry -> entry.size() == bytes).isEmpty();
    }

    /** Whether the finished package still has its partial name. @param inode and {@code size} as of {@link #isPublished} */
    public boolean isWaiting(long inode, Optional<ByteCount> size) {
        return disk.entry(partial)
                .filter(entry -> size.isEmpty() || disk.keepsInodes(partial)
                        ? entry.inode() == inode
                        : entry.size() == size.get().bytes())
                .isPresent();
    }

    /**
     * Gives the package its name, durably. If we die before the sync, the package stands under either name, whole; where
     * it replaces another, that one may be left under the partial name.
     *
     * @param inode and {@code size} as of {@link #isPublished}
     * @param again whether an earlier attempt may have died in this
     * @throws ctl.vm.problem.VmException PackageExists, when another process made a file of that name meanwhile
     */
    public void publish(long inode, Optional<ByteCount> size, boolean again) {
        if (isPublished(inode, size)) {
            disk.remove(partial);
            disk.syncFolder(file.getParent());
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
        disk.syncFolder(file.getParent());
    }

    /** Bytes of the published package. */
    public ByteCount size() {
        return new ByteCount(disk.entry(file).orElseThrow().size());
    }

    /** Takes back all that was written, durably, where nothing is finished. */
    public void undo() {
        discard();
        syncFolder();
    }

    /**
     * The same for a finished package, where an attempt may have died in {@link #publish}. What has the partial name may be the
     * package that was replaced, where the new one was moved away by hand: it gets its name back.
     *
     * @param inode and {@code size} as of {@link #isPublished}
     * @throws ctl.vm.problem.VmException PackageExists, where something else has that name
     */
    public void undoFinished(long inode, Optional<ByteCount> size) {
        if (replace && disk.entry(partial).isPresent() && !isWaiting(inode, size)
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
        if (disk.entry(file.getParent().resolve(".")).isPresent()) {
            disk.syncFolder(file.getParent());
        }
    }

    /** Removes the partial file, if there is one, and closes what is open. */
    public void discard() {
        output.ifPresent(PackageWriter::close);
        output = Optional.empty();
        try {
            open.ifPresent(DiskFile::close);
        } finally {
            disk.remove(partial);
            disk.remove(newPartial);
        }
    }

    /** It gets its name in the way in which the package will get its own: a filesystem that refuses that does so now. */
    private DiskFile create() {
        disk.remove(partial);
        disk.remove(newPartial);
        try (DiskFile file = disk.create(newPartial, FILE_MODE)) {
            file.sync();
        }
        if (replace) {
            disk.replace(newPartial, partial);
        } else {
            disk.rename(newPartial, partial);
        }
        return disk.openForWriting(partial);
    }

    private boolean isUnchanged(PackedImage packed, ImageFile image) {
        return packed.name().equals(image.name())
                && disk.entry(image.path()).map(SourceImage::state).filter(packed.source()::equals).isPresent()
                && (packed.isWhole() || packed.header().equals(header(image)));
    }

    /** A filesystem may have given holes to a file that was not written to; what is packed has the old map. */
    private Sha256 header(ImageFile image) {
        try (var source = new SourceImage(disk, image.name(), image.path())) {
            return source.begun().header();
        }
    }

    private void rename(boolean again) {
        try {
            if (again) {
                disk.finishRename(partial, file);
                disk.syncFolder(file.getParent());
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
