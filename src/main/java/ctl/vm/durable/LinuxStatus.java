package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What {@code statx} says about a path or an open file. Its structure is the same on all processors. */
final class LinuxStatus {

    private static final int CURRENT_FOLDER = -100;
    private static final int SYMLINK_NOFOLLOW = 0x100;
    private static final int EMPTY_PATH = 0x1000;
    private static final int BASIC_FIELDS = 0x7ff;

    private static final int STRUCTURE_BYTES = 256;
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int BLOCKS = 48;
    private static final int CHANGED = 96;
    private static final int MODIFIED = 112;
    private static final int DEVICE_MAJOR = 136;
    private static final int DEVICE_MINOR = 140;

    /** The unit of the block count, whatever the filesystem's own blocks are. */
    private static final int BLOCK_BYTES = 512;

    private static final int KIND_BITS = 0170000;
    private static final int PERMISSION_BITS = 07777;

    private LinuxStatus() {}

    /** Empty where nothing stands, be it that a folder on the way is missing or is none. */
    static Optional<Disk.Entry> of(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
            long returned = LinuxCall.STATX.make(
                    CURRENT_FOLDER,
                    NativePath.address(path, arena),
                    SYMLINK_NOFOLLOW,
                    BASIC_FIELDS,
                    status.address());
            if (returned == -LinuxError.ENOENT || returned == -LinuxError.ENOTDIR) {
                return Optional.empty();
            }
            LinuxError.check(returned, path);
            return Optional.of(entry(status));
        }
    }

    static Disk.Kind kind(Descriptor open) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
            MemorySegment empty = arena.allocateFrom("");
            open.require(LinuxCall.STATX, empty.address(), EMPTY_PATH, BASIC_FIELDS, status.address());
            return kind(status);
        }
    }

    private static Disk.Entry entry(MemorySegment status) {
        return new Disk.Entry(
                kind(status),
                status.get(JAVA_LONG, SIZE),
                status.get(JAVA_LONG, BLOCKS) * BLOCK_BYTES,
                time(status, MODIFIED),
                time(status, CHANGED),
                device(status),
                status.get(JAVA_LONG, INODE),
                status.get(JAVA_SHORT, MODE) & PERMISSION_BITS);
    }

    private static Disk.Kind kind(MemorySegment status) {
        return switch (status.get(JAVA_SHORT, MODE) & KIND_BITS) {
            case 0100000 -> Disk.Kind.FILE;
            case 0040000 -> Disk.Kind.FOLDER;
            case 0120000 -> Disk.Kind.LINK;
            default -> Disk.Kind.SPECIAL;
        };
    }

    private static Instant time(MemorySegment status, int at) {
        return Instant.ofEpochSecond(status.get(JAVA_LONG, at), status.get(JAVA_INT, at + Long.BYTES));
    }

    /** The number that {@code stat} and Java's own attribute {@code unix:dev} show. */
    private static long device(MemorySegment status) {
        long major = Integer.toUnsignedLong(status.get(JAVA_INT, DEVICE_MAJOR));
        long minor = Integer.toUnsignedLong(status.get(JAVA_INT, DEVICE_MINOR));
        return (major & ~0xfffL) << 32 | (major & 0xfffL) << 8 | (minor & ~0xffL) << 12 | minor & 0xffL;
    }
}
