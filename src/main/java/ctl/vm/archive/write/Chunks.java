package ctl.vm.archive.write;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.inventory.value.ImageDigest;

/** The windows of an image that hold data, in ascending order. Holes of any size cost nothing. */
final class Chunks {

    private final SparseMap data;
    private final long end;
    private long start;

    /**
     * @param start where a window begins
     * @param end where a window or the image ends
     */
    Chunks(SparseMap data, long start, long end) {
        this.data = data;
        this.end = end;
        this.start = seek(start);
    }

    boolean hasNext() {
        return start < end;
    }

    /** Position of the next window's first byte. */
    long start() {
        return start;
    }

    /** Position behind the next window's last byte. */
    long end() {
        return Math.min(start + ImageDigest.WINDOW_BYTES, end);
    }

    /** Goes on to the window behind it. */
    void pass() {
        start = seek(end());
    }

    private long seek(long position) {
        int segment = data.firstBehind(position);
        if (segment == data.count()) {
            return end;
        }
        long next = Math.max(position, data.start(segment));
        return next - next % ImageDigest.WINDOW_BYTES;
    }
}
