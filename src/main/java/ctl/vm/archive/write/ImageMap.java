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
     * The data of the first {@code size} bytes, in at most {@code maximum} segments. Where there are more, the
     * shortest holes are stored as zeros; the reader finds them again.
     */
    static SparseMap of(DiskFile image, long size, int maximum) {
        for (long shortestHole = BLOCK_BYTES;; shortestHole *= 2) {
            Optional<SparseMap> segments = withHoles(image, size, shortestHole, maximum);
            if (segments.isPresent()) {
                return segments.get();
            }
        }
    }

    private static Optional<SparseMap> withHoles(DiskFile image, long size, long shortestHole, int maximum) {
        var segments = new SparseMap();
        long start = 0;
        long end = 0;
        Optional<DiskFile.Extent> next = dataFrom(image, 0, size);
        while (next.isPresent()) {
            DiskFile.Extent extent = next.get();
            long nextStart = extent.start() / BLOCK_BYTES * BLOCK_BYTES;
            if (nextStart - end >= shortestHole) {
                if (segments.count() == maximum - 1) {
                    return Optional.empty();
                }
                addData(segments, start, end);
                start = nextStart;
            }
            end = Math.min(size, Math.ceilDiv(extent.end(), BLOCK_BYTES) * BLOCK_BYTES);
            next = dataFrom(image, extent.end(), size);
        }
        addData(segments, start, end);
        return Optional.of(segments);
    }

    private static void addData(SparseMap segments, long start, long end) {
        if (start < end) {
            segments.add(start, end - start);
        }
    }

    private static Optional<DiskFile.Extent> dataFrom(DiskFile image, long position, long size) {
        return position >= size
                ? Optional.empty()
                : image.data(position).filter(extent -> extent.start() < size);
    }
}
