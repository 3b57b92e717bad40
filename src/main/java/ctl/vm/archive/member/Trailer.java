package ctl.vm.archive.member;

import ctl.vm.inventory.value.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What stands in a file behind its compressed data. Zeros fill up the last block of a tape, of {@code dd} or of a
 * download: all tools ignore them. Something else, most tools ignore with a warning.
 *
 * @param zeros bytes up to the end of the file, or up to something else
 * @param others bytes of it, from the first that is not zero to the end of the file
 */
public record Trailer(long zeros, long others) {

    public static final Trailer NONE = new Trailer(0, 0);

    /**
     * Reads it to the end of the file.
     *
     * @param packed behind the compressed data, where no further part of it follows
     * @param watcher called again and again
     * @throws BadPackage where zeros stand between two files of the same compression: some tools read the second one,
     *     and others do not
     */
    public static Trailer read(PackedInput packed, FileFormat compression, Runnable watcher)
            throws IOException {
        long zeros = skipZeros(packed, watcher);
        if (packed.hasMore()
                && FileFormat.compression(packed.peek(FileFormat.SECTOR_BYTES)).equals(Optional.of(compression))) {
            throw BadPackage.ambiguous("holds a second package behind the first, which only some programs read");
        }
        long others = 0;
        while (packed.hasMore()) {
            ByteBuffer next = packed.buffered();
            others += next.remaining();
            next.position(next.limit());
            watcher.run();
        }
        return new Trailer(zeros, others);
    }

    private static long skipZeros(PackedInput packed, Runnable watcher) throws IOException {
        long zeros = 0;
        while (packed.hasMore()) {
            ByteBuffer next = packed.buffered();
            int count = Zeros.countLeading(next);
            next.position(next.position() + count);
            zeros += count;
            watcher.run();
            if (next.hasRemaining()) {
                return zeros;
            }
        }
        return zeros;
    }

    public boolean isEmpty() {
        return zeros == 0 && others == 0;
    }
}
