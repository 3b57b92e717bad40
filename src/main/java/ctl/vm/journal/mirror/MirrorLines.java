package ctl.vm.journal.mirror;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.journal.chain.EventLine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The whole lines of a file, one after the other, in constant memory. A line ends with a line feed and with nothing
 * else; a last line that has none yet is left where it is, as it may still be written over.
 */
public final class MirrorLines implements AutoCloseable {

    private static final int BLOCK_BYTES = 1 << 14;
    /** Enough for any number, and what stands before it. */
    private static final int HEAD_BYTES = 64;

    private final Optional<DiskFile> file;
    private byte[] bytes = new byte[1 << 16];
    private int start;
    private int end;
    private long position;
    private long nextNumber = 1;

    /** @param path without the file there are no lines */
    public MirrorLines(Disk disk, Path path) {
        this.file = disk.entry(path).isPresent() ? Optional.of(disk.open(path)) : Optional.empty();
    }

    /** The next whole line; empty where there is none yet. */
    public Optional<EventLine> next() {
        int feed = lineFeed(start);
        while (feed < 0) {
            int searched = end - start;
            if (!fill()) {
                // The beginning of a line is read anew next time.
                end = start;
                return Optional.empty();
            }
            feed = lineFeed(start + searched);
        }
        String text = new String(bytes, start, feed - start, StandardCharsets.UTF_8);
        position += feed + 1 - start;
        start = feed + 1;
        return Optional.of(new EventLine(text));
    }

    /** Of a file that is a chain from event 1 on: the line of an event. Asking for one after the other is quick. */
    public Optional<EventLine> line(long number) {
        if (number < 1) {
            return Optional.empty();
        }
        if (number != nextNumber) {
            moveBehind(number - 1);
        }
        nextNumber = number + 1;
        return next();
    }

    /** Where the next line begins. */
    public long position() {
        return position;
    }

    /** @param lineStart where a line begins: the next one */
    public void moveTo(long lineStart) {
        position = lineStart;
        start = 0;
        end = 0;
    }

    /**
     * Moves to the lines that stand behind the event of this number: found by halving, so that a reader can begin
     * behind a million others. Where the lines are not in order, to the first of them.
     */
    public void moveBehind(long sequence) {
        moveBehind(sequence, 0, file.map(open -> lineStart(open, open.size())).orElse(0L));
    }

    /** The same between two positions, at both of which a line begins or the file ends. */
    public void moveBehind(long sequence, long from, long to) {
        moveTo(file.map(open -> startBehind(open, sequence, from, to)).orElse(0L));
    }

    private static long startBehind(DiskFile file, long sequence, long from, long to) {
        long start = from;
        long end = to;
        while (start < end) {
            long middle = lineStart(file, start + (end - start) / 2);
            byte[] head = read(file, middle, Math.min(end, middle + HEAD_BYTES));
            OptionalLong number = EventLine.sequence(new String(head, StandardCharsets.ISO_8859_1));
            if (number.isEmpty()) {
                return from;
            }
            if (number.getAsLong() > sequence) {
                end = middle;
            } else {
                start = lineEnd(file, middle, end);
            }
        }
        return start;
    }

    /** Where the line begins that goes on before {@code end}: behind the last line feed before it, or 0. */
    static long lineStart(DiskFile file, long end) {
        for (long blockEnd = end; blockEnd > 0;) {
            long blockStart = Math.max(0, blockEnd - BLOCK_BYTES);
            byte[] block = read(file, blockStart, blockEnd);
            for (int at = block.length - 1; at >= 0; at--) {
                if (block[at] == '\n') {
                    return blockStart + at + 1;
                }
            }
            blockEnd = blockStart;
        }
        return 0;
    }

    /** Where the line ends that goes on at {@code start}, with its line feed. */
    private static long lineEnd(DiskFile file, long start, long end) {
        for (long blockStart = start; blockStart < end; blockStart += BLOCK_BYTES) {
            byte[] block = read(file, blockStart, Math.min(end, blockStart + BLOCK_BYTES));
            for (int at = 0; at < block.length; at++) {
                if (block[at] == '\n') {
                    return blockStart + at + 1;
                }
            }
        }
        return end;
    }

    static byte[] read(DiskFile file, long start, long end) {
        ByteBuffer bytes = file.read(new DiskFile.Extent(start, end));
        return Arrays.copyOf(bytes.array(), bytes.limit());
    }

    private int lineFeed(int from) {
        for (int at = from; at < end; at++) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    /** Reads more behind what is there. @return whether there was more */
    private boolean fill() {
        if (file.isEmpty()) {
            return false;
        }
        System.arraycopy(bytes, start, bytes, 0, end - start);
        end -= start;
        start = 0;
        if (end == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        int count = file.get().read(ByteBuffer.wrap(bytes, end, bytes.length - end), position + end);
        end += Math.max(0, count);
        return count > 0;
    }

    @Override
    public void close() {
        file.ifPresent(DiskFile::close);
    }
}
