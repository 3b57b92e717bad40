package ctl.vm.journal.mirror;

import ctl.vm.journal.chain.EventLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The whole lines of a mirror, one after the other, in constant memory. A line ends with a line feed and with nothing else;
 * what has none yet is left where it is, as it may still be written over.
 */
public final class MirrorLines implements AutoCloseable {

    private final Optional<FileChannel> channel;
    private byte[] bytes = new byte[1 << 16];
    private int start;
    private int end;
    private long position;

    /** @param mirror without it there are no lines */
    public MirrorLines(Path mirror) throws IOException {
        this(mirror, 0);
    }

    /** @param position where a line begins: the first that is handed out */
    public MirrorLines(Path mirror, long position) throws IOException {
        this.channel = open(mirror);
        this.position = position;
    }

    private static Optional<FileChannel> open(Path mirror) throws IOException {
        try {
            return Files.exists(mirror)
                    ? Optional.of(FileChannel.open(mirror, StandardOpenOption.READ))
                    : Optional.empty();
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** All that there are now. */
    static List<EventLine> all(Path mirror) throws IOException {
        try (var lines = new MirrorLines(mirror)) {
            List<EventLine> all = new ArrayList<>();
            for (var next = lines.next(); next.isPresent(); next = lines.next()) {
                all.add(next.get());
            }
            return all;
        }
    }

    /** The next whole line; empty where there is none yet. */
    public Optional<EventLine> next() throws IOException {
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

    /** Where the next line begins. */
    public long position() {
        return position;
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
    private boolean fill() throws IOException {
        if (channel.isEmpty()) {
            return false;
        }
        System.arraycopy(bytes, start, bytes, 0, end - start);
        end -= start;
        start = 0;
        if (end == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        int count = channel.get().read(ByteBuffer.wrap(bytes, end, bytes.length - end), position + end);
        end += Math.max(0, count);
        return count > 0;
    }

    @Override
    public void close() throws IOException {
        if (channel.isPresent()) {
            channel.get().close();
        }
    }
}
