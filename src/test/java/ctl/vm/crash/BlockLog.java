package ctl.vm.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Every write to a disk, in order, and every order to keep what was written: a log in the format of Linux's
 * dm-log-writes, which QEMU's driver {@code blklogwrites} keeps as well.
 *
 * <pre>
 * sector 0      magic, version, number of entries, bytes of a sector
 * each entry    a sector with: first sector, sectors, flags, bytes of data; then the data
 * </pre>
 */
final class BlockLog implements AutoCloseable {

    static final int SECTOR_BYTES = 512;

    /** Filesystems do not count on more than a block of theirs to be written whole or not at all. */
    private static final int BLOCK_BYTES = 4096;

    private static final int FLUSH = 1;
    private static final int DISCARD = 4;

    private final FileChannel log;
    private final List<Entry> entries = new ArrayList<>();

    /** @param data where its data stands in the log, in bytes */
    private record Entry(long sector, long sectors, long flags, long data) {

        long bytes() {
            return sectors * SECTOR_BYTES;
        }

        boolean is(int flag) {
            return (flags & flag) != 0;
        }

        long end() {
            return data + (is(DISCARD) ? 0 : bytes());
        }
    }

    /** As far as it has been written. */
    BlockLog(Path file) throws IOException {
        log = FileChannel.open(file, StandardOpenOption.READ);
        Entry entry = entry(SECTOR_BYTES);
        while (entry.sectors() != 0 || entry.flags() != 0) {
            entries.add(entry);
            entry = entry(entry.end());
        }
    }

    private Entry entry(long position) throws IOException {
        ByteBuffer header = read(position, 4 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return new Entry(header.getLong(), header.getLong(), header.getLong(), position + SECTOR_BYTES);
    }

    private ByteBuffer read(long position, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && log.read(buffer, position + buffer.position()) >= 0) {
            // A read may give less than was asked for.
        }
        return buffer.clear();
    }

    int size() {
        return entries.size();
    }

    /** Whether the disk keeps all that was written before this entry. Loop devices ask for that in no other way. */
    boolean isFlush(int entry) {
        return entries.get(entry).is(FLUSH);
    }

    int flushes() {
        return (int) IntStream.range(0, size()).filter(this::isFlush).count();
    }

    /** The number of writes up to the last flush that is among the first {@code writes}. */
    int flushedBefore(int writes) {
        int flushed = writes;
        while (flushed > 0 && !isFlush(flushed - 1)) {
            flushed--;
        }
        return flushed;
    }

    /** Does to the image what was done to the disk from one entry up to the one before another. */
    void replay(int from, int to, FileChannel image) throws IOException {
        replay(from, to, image, _ -> true);
    }

    /** The same, but of each block that was written only if {@code kept}, which is asked for one after the other. */
    void replay(int from, int to, FileChannel image, IntPredicate kept) throws IOException {
        int block = 0;
        for (Entry entry : entries.subList(from, to)) {
            for (long done = 0; done < entry.bytes(); done += BLOCK_BYTES) {
                if (kept.test(block++)) {
                    int bytes = (int) Math.min(BLOCK_BYTES, entry.bytes() - done);
                    // What was discarded reads as anything: as zeros here.
                    ByteBuffer data = entry.is(DISCARD)
                            ? ByteBuffer.allocate(bytes)
                            : read(entry.data() + done, bytes);
                    image.write(data, entry.sector() * SECTOR_BYTES + done);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
