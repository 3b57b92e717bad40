package ctl.vm.archive;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Layout;
import ctl.vm.inventory.OperationId;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Failure;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A package file that one operation writes: under a name of its own first, and under the final name once it is whole
 * and durable. In the order of its methods: begin, add for each image, finish, publish.
 */
public final class PackageTarget {

    private static final int FILE_MODE = 0666;

    private final Disk disk;
    private final Path file;
    private final Path partial;
    private final PackageFormat format;
    private final boolean replace;

    private Optional<DiskFile> open = Optional.empty();
    private Optional<PackageWriter> writer = Optional.empty();

    PackageTarget(Disk disk, Path file, OperationId operation, boolean replace) {
        this.disk = disk;
        this.file = file;
        this.partial = Layout.partialPackage(file, operation);
        this.format = PackageFormat.of(file);
        this.replace = replace;
    }

    /** Makes the partial file. If we die from here on, it is all that we leave. */
    public void begin() {
        disk.remove(partial);
        DiskFile created = disk.create(partial, FILE_MODE);
        open = Optional.of(created);
        writer = Optional.of(new PackageWriter(new DiskFileOutput(created), format));
    }

    /**
     * Adds an image.
     *
     * @param written told how many bytes of data have been packed since it was told last
     * @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to the image meanwhile
     */
    public void add(ImageName image, Path source, LongConsumer written) {
        Disk.Entry before = entry(source);
        try (DiskFile from = disk.open(source)) {
            writer.orElseThrow().add(image, from, before.modified(), before.mode(), written);
            if (!before.isUnchangedIn(entry(source))) {
                throw new Failure.SourceChanged(source.toString()).thrown();
            }
        }
    }

    /**
     * Writes the end of the package and makes it durable under its partial name.
     *
     * @return its inode, by which {@link #isPublished} tells it from any other file
     */
    public long finish() {
        writer.orElseThrow().finish();
        open.orElseThrow().sync();
        disk.syncFolder(file.getParent());
        return disk.entry(partial).orElseThrow().inode();
    }

    /** Whether the file under the package's name is the one that was finished with this inode. */
    public boolean isPublished(long inode) {
        return disk.entry(file).filter(entry -> entry.inode() == inode).isPresent();
    }

    /**
     * Gives the package its name, durably. If we die before the sync, the package stands under either name, whole; where
     * it replaces another, that one may be left under the partial name.
     *
     * @throws ctl.vm.problem.VmException PackageExists, when somebody made a file of that name meanwhile
     */
    public void publish(long inode) {
        if (isPublished(inode)) {
            disk.syncFolder(file.getParent());
        } else if (replace && disk.entry(file).isPresent()) {
            disk.exchangeDurably(partial, file);
            disk.remove(partial);
        } else {
            rename();
        }
    }

    /** Bytes of the published package. */
    public ByteCount size() {
        return new ByteCount(disk.entry(file).orElseThrow().size());
    }

    /** Removes the partial file, if there is one, and closes what is open. */
    public void discard() {
        writer.ifPresent(PackageWriter::close);
        try {
            open.ifPresent(DiskFile::close);
        } finally {
            disk.remove(partial);
        }
    }

    private void rename() {
        try {
            disk.renameDurably(partial, file);
        } catch (UncheckedIOException failed) {
            if (failed.getCause() instanceof FileAlreadyExistsException) {
                throw new AlreadyThere.PackageExists(file).thrown();
            }
            throw failed;
        }
    }

    private Disk.Entry entry(Path source) {
        return disk.entry(source)
                .orElseThrow(() -> new Failure.SourceChanged(source.toString()).thrown());
    }
}
