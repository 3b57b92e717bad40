package ctl.vm.archive.write;

import ctl.vm.archive.tar.MemberHeader;
import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.tar.TarOutput;
import ctl.vm.archive.write.Block.Stretch;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.problem.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;

/** An image that is being packed. */
final class SourceImage implements AutoCloseable {

    private final Disk disk;
    private final ImageName name;
    private final Path path;
    private final Disk.Entry before;
    private final DiskFile file;
    private final SparseMap data;

    /** Opens the image and finds out where its data stands. */
    SourceImage(Disk disk, ImageName name, Path path) {
        this.disk = disk;
        this.name = name;
        this.path = path;
        this.before = entry(disk, path);
        this.file = disk.open(path);
        this.data = ImageMap.of(file, before.size(), SparseMap.MAXIMUM);
    }

    /** What an image is like now, by which later changes are seen. */
    static Checkpoint.Source state(Disk disk, Path path) {
        return state(entry(disk, path));
    }

    ImageName name() {
        return name;
    }

    /** Bytes, holes included. */
    ByteCount size() {
        return new ByteCount(before.size());
    }

    /** What stands in the archive before its data: name, times, and the map of the data. */
    byte[] header() {
        var bytes = new ByteArrayOutputStream();
        try {
            new MemberHeader(new TarOutput(bytes))
                    .write(name.fileName(), before.size(), data, before.modified(), before.mode());
        } catch (IOException impossible) { // it stays in memory
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** The image of which nothing but the header is packed. */
    PackedImage begun() {
        return new PackedImage(
                name, state(before), Sha256.over(header()), ByteCount.ZERO, ImageDigest.Chain.START);
    }

    /** Its data from a position on. */
    Iterator<Stretch> stretches(long position, int maximumBytes) {
        return new Extents(file, before.size(), data, position, maximumBytes);
    }

    /** @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to it since it was opened */
    void requireUnchanged() {
        if (!before.isUnchangedIn(entry(disk, path))) {
            throw new Failure.SourceChanged(path.toString()).thrown();
        }
    }

    @Override
    public void close() {
        file.close();
    }

    private static Disk.Entry entry(Disk disk, Path path) {
        return disk.entry(path)
                .orElseThrow(() -> new Failure.SourceChanged(path.toString()).thrown());
    }

    private static Checkpoint.Source state(Disk.Entry entry) {
        return new Checkpoint.Source(new ByteCount(entry.size()), entry.modified(), entry.changed(), entry.inode());
    }
}
