package ctl.vm.archive.write;

import ctl.vm.archive.member.PackageDigest;
import ctl.vm.archive.tar.TarHeader;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A package that one operation writes into its file. In the order of its methods: begin, add for each image, finish.
 */
public final class PackageTarget implements AutoCloseable {

    private final Disk disk;
    private final Compressors compressors;
    private final NewFile file;

    private Optional<PackageWriter> output = Optional.empty();

    public PackageTarget(Disk disk, Compressors compressors, NewFile file) {
        this.disk = disk;
        this.compressors = compressors;
        this.file = file;
    }

    /** An image to be packed. */
    public record ImageFile(ImageName name, Path path) {}

    /**
     * Whether what an earlier attempt has written is still there, and still what it would write today.
     *
     * @param images all that are to be packed, in their order
     */
    public boolean canGoOn(PackageCheckpoint checkpoint, List<ImageFile> images) {
        boolean isThere = file.written()
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
     * @param done what is written already; @param images all that are to be packed
     * @param origin as for {@link #begin}
     */
    public SpaceNeed spaceNeed(PackageCheckpoint done, List<ImageFile> images, Optional<PackageOrigin> origin) {
        ByteCount packed = new ByteCount(
                origin.map(said -> TarHeader.comment(said.toString()).length).orElse(0));
        for (ImageFile image : images) {
            try (var source = new SourceImage(disk, image.name(), image.path())) {
                packed = packed.plus(new ByteCount(source.packedBytes()));
            }
        }
        ByteCount archive = PackageWriter.archiveBytes(packed);
        ByteCount missing = new ByteCount(Math.max(0, archive.bytes() - done.unpacked().bytes()));
        return new SpaceNeed(file.folder(), file.free(done.written()), missing, format().leastOf(missing));
    }

    /**
     * Opens the partial file, and cuts off what it has behind the checkpoint. What is before that is read once more for
     * the digest of the file.
     *
     * @param origin what the package says of where it comes from, if nothing of it is written yet
     * @param progress receives the bytes that were read again, a few at a time
     */
    public void begin(PackageCheckpoint done, CompressionLevel level, Optional<PackageOrigin> origin,
            LongConsumer progress) {
        DiskFile opened = file.begin(done.written());
        var sink = new PackageSink.ToFile(opened, done.written().bytes());
        var digest = new PackageDigest();
        if (!done.complete()) {
            digest.addWritten(opened, done.written().bytes(), progress);
        }
        output = Optional.of(
                new PackageWriter(disk, sink, () -> format().writer(compressors, level), done, digest, origin));
    }

    /** Adds an image, as {@link PackageWriter#add} does. */
    public void add(ImageFile image, PackingWatcher watcher) {
        output.orElseThrow().add(image.name(), image.path(), watcher);
    }

    /** Writes the end of the package and makes it durable under its partial name. */
    public PackageCheckpoint finish() {
        return output.orElseThrow().finish();
    }

    /** Gives threads and memory back. What is written stays as it is. */
    @Override
    public void close() {
        output.ifPresent(PackageWriter::close);
        output = Optional.empty();
    }

    private PackageFormat format() {
        return PackageFormat.of(file.path());
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
}
