package ctl.vm.archive.write;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ImageName;
import java.nio.file.Path;

/** A package that is being written, to wherever it goes: add each image, then finish. */
public final class PackageOutput implements AutoCloseable {

    private final Disk disk;
    private final PackageWriter writer;

    public PackageOutput(Disk disk, PackageWriter writer) {
        this.disk = disk;
        this.writer = writer;
    }

    /**
     * Adds an image, or what is missing of it. When this fails, nothing can be added any more.
     *
     * @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to the image meanwhile
     */
    public void add(ImageName image, Path path, PackingWatcher watcher) {
        if (isWhole(image)) {
            return;
        }
        try (var source = new SourceImage(disk, image, path)) {
            writer.add(source, watcher);
            source.requireUnchanged();
        } catch (Throwable failed) {
            close();
            throw failed;
        }
    }

    /** Writes the end of the package, and makes it durable where it is a file. Nothing can be added after it. */
    public PackageCheckpoint finish() {
        try {
            writer.finish();
            return writer.done();
        } finally {
            close();
        }
    }

    /** Gives its threads and memory back. What is written stays, without an end unless it is finished. */
    @Override
    public void close() {
        writer.close();
    }

    private boolean isWhole(ImageName image) {
        return writer.done().image(image).filter(PackageCheckpoint.PackedImage::isWhole).isPresent();
    }
}
