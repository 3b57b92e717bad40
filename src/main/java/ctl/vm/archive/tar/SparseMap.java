package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the data of an image stands: its extents, with holes between them and behind the last one.
 *
 * <p>Two arrays instead of a list of objects, because a torn image can have a million of them.
 */
public final class SparseMap {

    /** As many as are written and accepted; they take 16 MiB. */
    public static final int MAXIMUM = 1 << 20;

    /** No filesystem that we know holds a file of this size, and the sizes of a few cannot overflow. */
    private static final long MAXIMUM_SIZE = 1L << 60;

    private final long size;
    private long[] starts = new long[16];
    private long[] lengths = new long[16];
    private int count;
    private long data;

    /** Of an image that is all hole. @param size bytes of the image, holes included */
    public SparseMap(long size) {
        this.size = size;
    }

    /** The whole of an image of this size. */
    static SparseMap dense(long size) {
        var data = new SparseMap(size);
        data.add(0, size);
        return data;
    }

    /** The same extents in an image of another size. This one must not be changed any more. */
    SparseMap ofSize(long otherSize) {
        var other = new SparseMap(otherSize);
        other.starts = starts;
        other.lengths = lengths;
        other.count = count;
        other.data = data;
        return other;
    }

    /** Bytes of the image, holes included. */
    public long size() {
        return size;
    }

    public void add(long start, long length) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        starts[count] = start;
        lengths[count] = length;
        count++;
        data += length;
    }

    /** Adds an extent that a package names. */
    void addForeign(long start, long length) throws BadPackage {
        if (count == MAXIMUM) {
            throw new BadPackage("has more than %d extents".formatted(MAXIMUM));
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

    /** Bytes of data in all of them: as many as an archive stores. */
    public long data() {
        return data;
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
     * Start of the first chunk (see {@link ImageDigest}) at or behind a position that holds data; the size where none
     * does.
     */
    public long nextChunk(long position) {
        int index = firstBehind(position);
        if (index == count) {
            return size;
        }
        long next = Math.max(position, starts[index]);
        return next - next % ImageDigest.CHUNK_BYTES;
    }

    /**
     * Makes sure of what tools take for granted in different ways: ascending, apart, inside the image and up to its end
     * (where GNU tar takes the image to end), whole blocks but for the last one (GNU tar pads each, others only the
     * last), and as much data as the archive holds.
     *
     * @param stored bytes of data in the archive
     */
    SparseMap checked(long stored) throws BadPackage {
        if (size > MAXIMUM_SIZE) {
            throw new BadPackage("has an absurd size of %d bytes".formatted(size));
        }
        long end = 0;
        long before = 0;
        for (int index = 0; index < count; index++) {
            if (starts[index] < end) {
                throw new BadPackage("has a sparse map that overlaps or goes backwards");
            }
            if (starts[index] > size || lengths[index] > size - starts[index]) {
                throw new BadPackage("has a sparse map that runs past its size");
            }
            if (before % TarInput.BLOCK_BYTES != 0 && lengths[index] > 0) {
                throw new BadPackage("has a sparse map with extents that are not whole blocks");
            }
            end = end(index);
            before += lengths[index];
        }
        if (before != stored) {
            throw new BadPackage("has a sparse map of %d bytes of data, and %d are stored".formatted(before, stored));
        }
        if (end != size) {
            throw new BadPackage("has a sparse map that ends before its size");
        }
        return this;
    }
}
