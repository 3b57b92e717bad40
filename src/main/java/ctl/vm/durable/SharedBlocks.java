package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a file that other files have as well, after copies that share them.
 *
 * <p>The kernel reports the extents of a file page by page (<a
 * href="https://docs.kernel.org/filesystems/fiemap.html">fiemap</a>): a request of 32 bytes, behind which it puts as
 * many extents of 56 bytes as there is room for.
 */
final class SharedBlocks {

    private static final long FS_IOC_FIEMAP = 0xc020660bL;

    private static final int REQUEST_BYTES = 32;
    private static final int LENGTH_OFFSET = 8;
    private static final int FOUND_OFFSET = 20;
    private static final int ROOM_OFFSET = 24;

    private static final int EXTENT_BYTES = 56;
    private static final int EXTENT_PHYSICAL_OFFSET = 8;
    private static final int EXTENT_LENGTH_OFFSET = 16;
    private static final int EXTENT_FLAGS_OFFSET = 40;
    private static final int IS_LAST = 0x1;
    private static final int IS_ENCODED = 0x8;
    private static final int IS_SHARED = 0x2000;

    /** Of btrfs: 128 KiB of a file in one block of 4 KiB. */
    private static final int MOST_COMPRESSION = 32;

    private static final long ENCODED_BASE = 1L << 61;

    /** Extents at a time. */
    private static final int PAGE = 512;

    private SharedBlocks() {}

    /**
     * Where they stand on the disk, so that the same block of two files can be distinguished from two blocks. Empty
     * where the filesystem does not report them.
     *
     * <p>Of compressed blocks the kernel reports where they begin on the disk, and how long they are in the file, which
     * is up to 32 times as much: their places are drawn out that far, and stand behind all others, so that they never
     * overlap.
     */
    static List<Extent> of(Descriptor file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = arena.allocate(REQUEST_BYTES + PAGE * EXTENT_BYTES, Long.BYTES);
            List<Extent> shared = new ArrayList<>();
            long from = 0;
            while (from >= 0 && ask(file, map, from) > 0) {
                int found = map.get(JAVA_INT, FOUND_OFFSET);
                for (int extent = 0; extent < found; extent++) {
                    if (has(map, extent, IS_SHARED)) {
                        add(shared, onDisk(map, extent), length(map, extent));
                    }
                }
                from = has(map, found - 1, IS_LAST) ? -1 : end(map, found - 1);
            }
            return shared;
        }
    }

    /** One that goes on where the last one ends becomes a part of it: a large file is to take little memory. */
    private static void add(List<Extent> shared, long start, long length) {
        boolean goesOn = !shared.isEmpty() && shared.getLast().end() == start;
        long first = goesOn ? shared.removeLast().start() : start;
        shared.add(new Extent(first, start + length));
    }

    private static long onDisk(MemorySegment map, int extent) {
        long physical = map.get(JAVA_LONG, at(extent) + EXTENT_PHYSICAL_OFFSET);
        return has(map, extent, IS_ENCODED) ? ENCODED_BASE + physical * MOST_COMPRESSION : physical;
    }

    /** How many extents came, or a negative error number. */
    private static long ask(Descriptor file, MemorySegment map, long from) {
        map.asSlice(0, REQUEST_BYTES).fill((byte) 0);
        map.set(JAVA_LONG, 0, from);
        map.set(JAVA_LONG, LENGTH_OFFSET, Long.MAX_VALUE - from);
        map.set(JAVA_INT, ROOM_OFFSET, PAGE);
        long returned = file.make(LinuxCall.IOCTL, FS_IOC_FIEMAP, map.address());
        return returned < 0 ? returned : map.get(JAVA_INT, FOUND_OFFSET);
    }

    private static boolean has(MemorySegment map, int extent, int flag) {
        return (map.get(JAVA_INT, at(extent) + EXTENT_FLAGS_OFFSET) & flag) != 0;
    }

    private static long length(MemorySegment map, int extent) {
        return map.get(JAVA_LONG, at(extent) + EXTENT_LENGTH_OFFSET);
    }

    private static long end(MemorySegment map, int extent) {
        return map.get(JAVA_LONG, at(extent)) + length(map, extent);
    }

    private static long at(int extent) {
        return REQUEST_BYTES + (long) extent * EXTENT_BYTES;
    }
}
