package ctl.vm.archive.write;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.durable.DiskFile;
import java.util.Optional;

/** Finds the data of an image on disk, in the form that goes into a package. */
final class ImageMap {

    /** Filesystems keep data in such blocks; tar needs multiples of 512. */
    private static final long BLOCK_BYTES = 4096;

    private ImageMap() {}

    /**
     * The data of the first {@code size} bytes, in at most {@code maximum} extents. Where there are more, the
     * shortest holes are stored as zeros; the reader finds them again.
     */
    static SparseMap of(DiskFile image, long size, int maximum) {
        for (long shortestHole = BLOCK_BYTES;; shortestHole *= 2) {
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
            long nextStart = extent.start() / BLOCK_BYTES * BLOCK_BYTES;
            if (nextStart - end >= shortestHole) {
                if (data.count() == maximum - 1) {
                    return Optional.empty();
                }
                addData(data, start, end);
                start = nextStart;
            }
            end = Math.min(size, Math.ceilDiv(extent.end(), BLOCK_BYTES) * BLOCK_BYTES);
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
}
