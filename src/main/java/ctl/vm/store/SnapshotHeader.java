package ctl.vm.store;

import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The head of a snapshot that S²E wrote with {@code savevm}: 448 bytes, little-endian, as {@code S2ESnapshotHeader} in
 * {@code block/s2e.c} of S²E's QEMU lays them out.
 *
 * @param diskModifiedSeconds modification time of the disk image when the snapshot was taken, in seconds since 1970;
 *     {@code loadvm} refuses the snapshot when the disk image has another one
 */
public record SnapshotHeader(long diskModifiedSeconds) {

    /** So many bytes of a file tell. */
    public static final int SIZE_BYTES = 448;
    private static final int SECTOR_MAP_OFFSET_AT = 8;

    /** S²E has never put the sector map anywhere else, and other files hardly have this number here. */
    private static final long SECTOR_MAP_OFFSET = 1;

    /** The header of the file, or nothing where it does not begin with one. */
    static Optional<SnapshotHeader> of(DiskFile file) {
        ByteBuffer header = ByteBuffer.allocate(SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (header.hasRemaining()) {
            if (file.read(header, header.position()) < 0) {
                return Optional.empty();
            }
        }
        return of(header);
    }

    /** The time of the disk image that a snapshot demands, by its first bytes; empty where it has no such header. */
    public static Optional<Long> demandedSeconds(ByteBuffer start) {
        return start.remaining() < SIZE_BYTES
                ? Optional.empty()
                : of(start.slice().order(ByteOrder.LITTLE_ENDIAN)).map(SnapshotHeader::diskModifiedSeconds);
    }

    private static Optional<SnapshotHeader> of(ByteBuffer header) {
        return header.getLong(SECTOR_MAP_OFFSET_AT) == SECTOR_MAP_OFFSET
                ? Optional.of(new SnapshotHeader(header.getLong(0)))
                : Optional.empty();
    }
}
