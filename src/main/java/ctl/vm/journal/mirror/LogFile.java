package ctl.vm.journal.mirror;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.Head;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One copy of the events, perhaps damaged: a file of lines, and which runs of them are chains. Only the runs are kept
 * in memory, and there are as many of them as there are breaks: a long journal takes no more of it than a short one.
 */
public final class LogFile implements AutoCloseable {

    private final Disk disk;
    private final Path path;
    private final MirrorLines reader;
    private final List<Run> runs = new ArrayList<>();
    private long lines;
    private long readerEnd;
    private String lastRead = "";

    /** Reads it through once. Events and lines that are torn or not what their hash says are left out. */
    public LogFile(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
        this.reader = new MirrorLines(disk, path);
        try {
            long start = 0;
            for (var line = reader.next(); line.isPresent(); line = reader.next()) {
                lines += line.get().sequence().isPresent() ? 1 : 0;
                take(line.get(), start, reader.position());
                start = reader.position();
            }
        } catch (RuntimeException failure) {
            try (reader) {
                throw failure;
            }
        }
    }

    /**
     * Events of which each follows the one before it.
     *
     * @param start byte at which the line of the first begins
     * @param end byte behind the line of the last
     * @param first number of the first event
     * @param last number of the last event
     * @param previous hash of the event that goes before the first
     * @param hash of the last
     */
    public record Run(long start, long end, long first, long last, String previous, String hash) {

        private boolean goesOnWith(EventLine line, long at) {
            return at == end && line.follows(new Head(last, hash));
        }
    }

    /** Writes the lines of a new file. They are durable after {@link #sync}. */
    public static final class Writer implements AutoCloseable {

        private static final int BUFFER_BYTES = 1 << 20;

        private final DiskFile file;
        private byte[] buffer = new byte[BUFFER_BYTES];
        private int buffered;
        private long written;

        public Writer(DiskFile empty) {
            this.file = empty;
        }

        /** @return how many bytes it takes */
        public int add(EventLine line) {
            byte[] bytes = Mirror.bytes(line);
            if (buffered + bytes.length > buffer.length) {
                flush();
                buffer = Arrays.copyOf(buffer, Math.max(buffer.length, bytes.length));
            }
            System.arraycopy(bytes, 0, buffer, buffered, bytes.length);
            buffered += bytes.length;
            return bytes.length;
        }

        public void sync() {
            flush();
            file.sync();
        }

        private void flush() {
            file.write(ByteBuffer.wrap(buffer, 0, buffered), written);
            written += buffered;
            buffered = 0;
        }

        /** What was added is in the file, unless this fails, and not durable. */
        @Override
        public void close() {
            try (file) {
                flush();
            }
        }
    }

    private void take(EventLine line, long start, long end) {
        if (!line.isIntact() || !line.hasItsPlace()) {
            return;
        }
        long number = line.sequence().getAsLong();
        if (!runs.isEmpty() && runs.getLast().goesOnWith(line, start)) {
            Run run = runs.removeLast();
            runs.add(new Run(run.start, end, run.first, number, run.previous, line.hash()));
        } else {
            runs.add(new Run(start, end, number, number, line.previous(), line.hash()));
        }
    }

    /** All of its lines, from the first on. */
    public MirrorLines read() {
        return new MirrorLines(disk, path);
    }

    /** Bytes. */
    public long length() {
        return disk.entry(path).map(Disk.Entry::size).orElse(0L);
    }

    public List<Run> runs() {
        return runs;
    }

    /** How many whole lines it has that begin as an event does, right or wrong: garbage has line feeds as well. */
    public long lines() {
        return lines;
    }

    /** The highest number that an event in it has. */
    public long highest() {
        return runs.stream().mapToLong(Run::last).max().orElse(0);
    }

    /** The event that follows this end of a chain, where it has one. Asking for one after the other is quick. */
    public Optional<EventLine> behind(Head head) {
        if (lastRead.equals(head.hash()) && reader.position() < readerEnd) {
            return readOn();
        }
        for (Run run : runs) {
            if (run.previous.equals(head.hash())) {
                reader.moveTo(run.start);
                return readOn(run);
            }
        }
        for (Run run : runs) {
            if (run.first <= head.sequence() && head.sequence() < run.last) {
                reader.moveBehind(head.sequence(), run.start, run.end);
                Optional<EventLine> line = readOn(run);
                if (line.filter(next -> next.follows(head)).isPresent()) {
                    return line;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<EventLine> readOn(Run run) {
        readerEnd = run.end;
        return readOn();
    }

    private Optional<EventLine> readOn() {
        Optional<EventLine> line = reader.next();
        lastRead = line.map(EventLine::hash).orElse("");
        return line;
    }

    @Override
    public void close() {
        reader.close();
    }
}
