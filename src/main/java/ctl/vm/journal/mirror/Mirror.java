package ctl.vm.journal.mirror;

import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.file.PrivateFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** The file of JSON lines that follows the database, one line an event. It only ever grows. */
public final class Mirror {

    private static final int BLOCK_BYTES = 1 << 14;
    /** Enough for any number, and what stands before it. */
    private static final int HEAD_BYTES = 64;

    private final Path file;

    public Mirror(Path file) {
        this.file = file;
    }

    /**
     * What a mirror ends with.
     *
     * @param wholeLength bytes of all lines that have their line feed
     * @param last the last of these lines, without it; empty where there is none
     * @param torn what stands behind it: nothing, or the beginning of a line that was being written
     */
    public record Tail(long wholeLength, String last, byte[] torn) {

        static final Tail EMPTY = new Tail(0, "", new byte[0]);
    }

    /** Makes an empty mirror where there is none. Its name is durable once the folder has been synced. */
    public void create() throws IOException {
        PrivateFile.openOrMake(file).close();
    }

    /** Bytes, 0 where there is no mirror. */
    public long length() throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException missing) {
            return 0;
        }
    }

    /** The lines from an offset on; none where the mirror is shorter than that. */
    public BufferedReader read(long offset) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ).position(offset);
        // The decoder of a charset's name would refuse a line that ends within a character: half of it is no damage.
        return new BufferedReader(Channels.newReader(channel, decoder(), -1));
    }

    /** Whether it holds what this file of lines does, and nothing else. */
    public boolean holds(Path lines) throws IOException {
        return Files.exists(file) && Files.mismatch(file, lines) < 0;
    }

    /** Looks at the end only, so that a long journal opens as fast as a short one. */
    public Tail tail() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            long wholeLength = afterLineFeed(channel, length);
            long lastStart = wholeLength == 0 ? 0 : afterLineFeed(channel, wholeLength - 1);
            byte[] last = read(channel, lastStart, Math.max(lastStart, wholeLength - 1));
            return new Tail(wholeLength, new String(last, StandardCharsets.UTF_8), read(channel, wholeLength, length));
        } catch (NoSuchFileException missing) {
            return Tail.EMPTY;
        }
    }

    /**
     * Where the lines begin that stand behind the event of this number: found by halving, so that a reader can begin behind
     * a million others. Where the mirror is not in order, somewhere before them.
     */
    public long startBehind(long sequence) throws IOException {
        return startBehind(sequence, 0, tail().wholeLength());
    }

    /** The same between two places, at both of which a line begins or the mirror ends. */
    public long startBehind(long sequence, long from, long to) throws IOException {
        long start = from;
        long end = to;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (start < end) {
                long middle = afterLineFeed(channel, start + (end - start) / 2);
                byte[] head = read(channel, middle, Math.min(end, middle + HEAD_BYTES));
                OptionalLong number = EventLine.sequence(new String(head, StandardCharsets.ISO_8859_1));
                if (number.isEmpty()) {
                    return from;
                }
                if (number.getAsLong() > sequence) {
                    end = middle;
                } else {
                    start = behindLineFeed(channel, middle, end);
                }
            }
            return start;
        } catch (NoSuchFileException missing) {
            return 0;
        }
    }

    /**
     * Writes a line behind the first {@code wholeLength} bytes, over what is torn there, and makes it durable.
     *
     * <p>If we die before it returns, the line is missing, torn or there: whoever opens the journal next completes it
     * from the database, which has had the event since before.
     */
    public void write(long wholeLength, EventLine line) throws IOException {
        try (FileChannel channel = PrivateFile.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(wholeLength);
            ByteBuffer bytes = ByteBuffer.wrap(bytes(line));
            for (long position = wholeLength; bytes.hasRemaining();) {
                position += channel.write(bytes, position);
            }
            channel.force(true);
        }
    }

    /** Reads whatever stands in a mirror: a line that is torn, or no text at all, is found out by its hash. */
    private static CharsetDecoder decoder() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    /** A line as it stands in the file, with its line feed. */
    public static byte[] bytes(EventLine line) {
        return (line.text() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Where the line begins that goes on before {@code end}: behind the last line feed before it, or 0. */
    private static long afterLineFeed(FileChannel channel, long end) throws IOException {
        for (long blockEnd = end; blockEnd > 0;) {
            long blockStart = Math.max(0, blockEnd - BLOCK_BYTES);
            byte[] block = read(channel, blockStart, blockEnd);
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
    private static long behindLineFeed(FileChannel channel, long start, long end) throws IOException {
        for (long blockStart = start; blockStart < end;) {
            long blockEnd = Math.min(end, blockStart + BLOCK_BYTES);
            byte[] block = read(channel, blockStart, blockEnd);
            for (int at = 0; at < block.length; at++) {
                if (block[at] == '\n') {
                    return blockStart + at + 1;
                }
            }
            blockStart = blockEnd;
        }
        return end;
    }

    private static byte[] read(FileChannel channel, long start, long end) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(end - start));
        while (bytes.hasRemaining() && channel.read(bytes, start + bytes.position()) >= 0) {
            // A read may give less than was asked for.
        }
        return bytes.array();
    }
}
