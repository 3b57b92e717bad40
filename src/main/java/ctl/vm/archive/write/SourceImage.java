package ctl.vm.archive.write;

import ctl.vm.archive.member.HashedChunk;
import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.tar.TarHeader;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
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
import java.util.Optional;
import java.util.function.LongConsumer;

/** An image that is being packed. */
public final class SourceImage implements AutoCloseable {

    private static final int DIGESTED_BYTES = 4 * ImageDigest.CHUNK_BYTES;

    /** Filesystems keep data in such blocks; tar needs multiples of 512. */
    private static final long DISK_BLOCK_BYTES = 4096;

    private final ImageName name;
    private final SourceFile file;
    private final SparseMap map;

    /** Opens the image and finds out where its data stands. */
    SourceImage(Disk disk, ImageName name, Path path) {
        this.name = name;
        this.file = new SourceFile(disk, path);
        this.map = map(file.bytes(), file.before().size(), SparseMap.MAXIMUM);
    }

    /**
     * What the content of an image is, read from its first byte to its last.
     *
     * @param progress is handed the bytes of data that were read, a few at a time
     * @throws ctl.vm.problem.VmException SourceChanged, where another process writes to it meanwhile
     */
    public static ImageDigest digest(Disk disk, ImageName name, Path path, LongConsumer progress) {
        ByteBuffer data = ByteBuffer.allocateDirect(DIGESTED_BYTES);
        var reader = new Block.Reader();
        try (var image = new SourceImage(disk, name, path)) {
            var chain = ImageDigest.Chain.START;
            for (Iterator<Block.Data> blocks = image.blocks(0, DIGESTED_BYTES); blocks.hasNext();) {
                for (HashedChunk chunk : reader.read(blocks.next(), data.clear())) {
                    chain = chunk.addTo(chain);
                }
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

    /**
     * The data of the first {@code size} bytes, in at most {@code maximum} extents. Where there are more, the
     * shortest holes are stored as zeros; the reader finds them again.
     */
    static SparseMap map(DiskFile image, long size, int maximum) {
        for (long shortestHole = DISK_BLOCK_BYTES;; shortestHole *= 2) {
            Optional<SparseMap> data = withHoles(image, size, shortestHole, maximum);
            if (data.isPresent()) {
                return data.get();
            }
        }
    }

    private static Optional<SparseMap> withHoles(DiskFile image, long size, long shortestHole, int maximum) {
        var data = new SparseMap(size);
        long start = 0;
        long end = 0;
        Optional<DiskFile.Extent> next = dataFrom(image, 0, size);
        while (next.isPresent()) {
            DiskFile.Extent extent = next.get();
            long nextStart = extent.start() / DISK_BLOCK_BYTES * DISK_BLOCK_BYTES;
            if (nextStart - end >= shortestHole) {
                if (data.count() == maximum - 1) {
                    return Optional.empty();
                }
                addData(data, start, end);
                start = nextStart;
            }
            end = Math.min(size, Math.ceilDiv(extent.end(), DISK_BLOCK_BYTES) * DISK_BLOCK_BYTES);
            next = dataFrom(image, extent.end(), size);
        }
        addData(data, start, end);
        return Optional.of(data);
    }

    private static void addData(SparseMap data, long start, long end) {
        if (start < end) {
            data.add(start, end - start);
        }
    }

    private static Optional<DiskFile.Extent> dataFrom(DiskFile image, long position, long size) {
        return position >= size
                ? Optional.empty()
                : image.data(position).filter(extent -> extent.start() < size);
    }

    ImageName name() {
        return name;
    }

    /** What stands in the archive before its data: name, times, and the map of the data. */
    byte[] header() {
        return TarHeader.of(name.fileName(), map, file.before().modified(), file.before().mode());
    }

    /** What it takes in the archive, filled up to a whole block. */
    long packedBytes() {
        long bytes = header().length + map.data();
        return bytes + TarInput.padding(bytes);
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
