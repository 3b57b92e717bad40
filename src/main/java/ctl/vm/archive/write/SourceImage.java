package ctl.vm.archive.write;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.tar.TarHeader;
import ctl.vm.durable.Disk;
import ctl.vm.durable.SourceFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.LongConsumer;

/** An image that is being packed. */
public final class SourceImage implements AutoCloseable {

    private static final int DIGESTED_BYTES = 4 * ImageDigest.CHUNK_BYTES;

    private final ImageName name;
    private final SourceFile file;
    private final SparseMap map;

    /** Opens the image and finds out where its data stands. */
    SourceImage(Disk disk, ImageName name, Path path) {
        this.name = name;
        this.file = new SourceFile(disk, path);
        this.map = ImageMap.of(file.bytes(), file.before().size(), SparseMap.MAXIMUM);
    }

    /**
     * What the content of an image is, read from its first byte to its last.
     *
     * @param progress is handed the bytes of data that were read, a few at a time
     * @throws ctl.vm.problem.VmException SourceChanged, where another process writes to it meanwhile
     */
    public static ImageDigest digest(Disk disk, ImageName name, Path path, LongConsumer progress) {
        ByteBuffer data = ByteBuffer.allocateDirect(DIGESTED_BYTES);
        var reader = new BlockReader();
        try (var image = new SourceImage(disk, name, path)) {
            var chain = ImageDigest.Chain.START;
            for (Iterator<Block.Data> blocks = image.blocks(0, DIGESTED_BYTES); blocks.hasNext();) {
                chain = BlockReader.HashedChunk.chain(chain, reader.read(blocks.next(), data.clear()));
                progress.accept(data.position());
            }
            image.requireUnchanged();
            return chain.end(new ByteCount(image.map.size()));
        }
    }

    /** By which it is seen whether the image is still the same. */
    static Checkpoint.Source state(Disk.Entry entry) {
        return new Checkpoint.Source(new ByteCount(entry.size()), entry.modified(), entry.changed(), entry.inode());
    }

    ImageName name() {
        return name;
    }

    /** What stands in the archive before its data: name, times, and the map of the data. */
    byte[] header() {
        return TarHeader.of(name.fileName(), map, file.before().modified(), file.before().mode());
    }

    /** The image of which nothing but the header is packed. */
    PackedImage begun() {
        return new PackedImage(name, state(file.before()), Sha256.over(header()), ByteCount.ZERO,
                ImageDigest.Chain.START);
    }

    /** Its data from a position on. */
    Iterator<Block.Data> blocks(long position, int maximumBytes) {
        return Block.of(file.bytes(), map, position, maximumBytes);
    }

    /** @throws ctl.vm.problem.VmException SourceChanged, when another process wrote to it since it was opened */
    void requireUnchanged() {
        file.requireUnchanged();
    }

    @Override
    public void close() {
        file.close();
    }
}
