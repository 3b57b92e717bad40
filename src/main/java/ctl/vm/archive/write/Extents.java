package ctl.vm.archive.write;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.write.Block.Stretch;
import ctl.vm.durable.DiskFile;
import java.util.Iterator;

/**
 * Cuts the data of an image into stretches of about the same amount of data. Where one ends does not depend on where the
 * first began: who goes on at the end of one gets the same as who began at the front.
 */
final class Extents implements Iterator<Stretch> {

    private final DiskFile image;
    private final long size;
    private final SparseMap data;
    private final long maximumBytes;
    private final Chunks windows;

    /**
     * @param position end of an earlier stretch, or 0
     * @param maximumBytes of data in a stretch; at least a window
     */
    Extents(DiskFile image, long size, SparseMap data, long position, long maximumBytes) {
        this.image = image;
        this.size = size;
        this.data = data;
        this.maximumBytes = maximumBytes;
        this.windows = new Chunks(data, position, size);
    }

    @Override
    public boolean hasNext() {
        return windows.hasNext();
    }

    @Override
    public Stretch next() {
        long start = windows.start();
        long end = start;
        long left = maximumBytes;
        while (windows.hasNext() && data.within(windows.start(), windows.end()) <= left) {
            left -= data.within(windows.start(), windows.end());
            end = windows.end();
            windows.pass();
        }
        return new Stretch(image, size, data, start, end);
    }
}
