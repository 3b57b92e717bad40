package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;
import ctl.vm.durable.DiskFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the data of an image stands: ranges of bytes, with holes between them and behind the last one.
 *
 * <p>Two arrays instead of a list of objects, because a torn image can have a million of them.
 */
public final class SparseMap {

    /** As many as are written and accepted; they take 16 MiB. */
    public static final int MAXIMUM = 1 << 20;

    private long[] starts = new long[16];
    private long[] lengths = new long[16];
    private int count;

    /** The whole of an image of this size. */
    static SparseMap dense(long size) {
        var segments = new SparseMap();
        segments.add(0, size);
        return segments;
    }

    public void add(long start, long length) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        starts[count] = start;
        lengths[count] = length;
        count++;
    }

    /** Adds a range that a package names. */
    void addForeign(long start, long length) throws Malformed {
        if (count == MAXIMUM) {
            throw new Malformed("has more than %d pieces of data".formatted(MAXIMUM));
        }
        add(start, length);
    }

    public int count() {
        return count;
    }

    public long start(int index) {
        return starts[index];
    }

    public long length(int index) {
        return lengths[index];
    }

    public long end(int index) {
        return starts[index] + lengths[index];
    }

    /** Bytes of data in all of them. */
    public long data() {
        return Arrays.stream(lengths, 0, count).sum();
    }

    /** Index of the first one that ends behind the position; {@link #count} where none does. They are ascending. */
    public int firstBehind(long position) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (end(middle) > position) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** What of the range holds data, in ascending order. */
    public List<DiskFile.Extent> extents(long from, long to) {
        List<DiskFile.Extent> extents = new ArrayList<>();
        for (int index = firstBehind(from); index < count && starts[index] < to; index++) {
            extents.add(new DiskFile.Extent(Math.max(from, starts[index]), Math.min(to, end(index))));
        }
        return extents;
    }

    /** Bytes of data in the range. */
    public long within(long from, long to) {
        return extents(from, to).stream().mapToLong(DiskFile.Extent::length).sum();
    }

    /**
     * Makes sure of what tools take for granted in different ways: ascending, apart, inside the image, whole blocks but
     * for the last one (GNU tar pads each, others only the last), and as much data as the archive holds.
     *
     * @param size bytes of the image, holes included
     * @param stored bytes of data in the archive
     */
    void check(long size, long stored) throws Malformed {
        long end = 0;
        long data = 0;
        for (int index = 0; index < count; index++) {
            if (starts[index] < end) {
                throw new Malformed("has a sparse map that overlaps or goes backwards");
            }
            if (starts[index] > size || lengths[index] > size - starts[index]) {
                throw new Malformed("has a sparse map that runs past its size");
            }
            if (data % TarInput.BLOCK_BYTES != 0 && lengths[index] > 0) {
                throw new Malformed("has a sparse map with pieces that are not whole blocks");
            }
            end = end(index);
            data += lengths[index];
        }
        if (data != stored) {
            throw new Malformed("has a sparse map of %d bytes of data, and %d are stored".formatted(data, stored));
        }
    }
}
