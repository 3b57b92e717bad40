package ctl.vm.journal.mirror;

import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.Head;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One copy of the events, perhaps damaged: a file of lines, and which stretches of it are chains. Only these are kept in
 * memory, and there are as many of them as there are breaks: a long journal takes no more of it than a short one.
 */
public final class LogFile implements AutoCloseable {

    private final Path file;
    private final List<Run> runs = new ArrayList<>();
    private long lines;
    private Optional<MirrorLines> reader = Optional.empty();
    private long readerEnd;
    private String lastRead = "";

    /** Reads it through once. Events and lines that are torn or not what their hash says are left out. */
    public LogFile(Path file) throws IOException {
        this.file = file;
        try (var all = new MirrorLines(file)) {
            long start = 0;
            for (var line = all.next(); line.isPresent(); line = all.next()) {
                lines++;
                take(line.get(), start, all.position());
                start = all.position();
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

    public Path file() {
        return file;
    }

    public List<Run> runs() {
        return runs;
    }

    /** How many whole lines it has, right or wrong. */
    public long lines() {
        return lines;
    }

    /** The highest number that an event in it has. */
    public long highest() {
        return runs.stream().mapToLong(Run::last).max().orElse(0);
    }

    /** The event that follows this end of a chain, where it has one. Whoever asks for one after the other reads on. */
    public Optional<EventLine> behind(Head head) throws IOException {
        if (reader.isPresent() && lastRead.equals(head.hash()) && reader.get().position() < readerEnd) {
            return read();
        }
        for (Run run : runs) {
            if (run.previous.equals(head.hash())) {
                return readFrom(run, run.start);
            }
        }
        for (Run run : runs) {
            if (run.first <= head.sequence() && head.sequence() < run.last) {
                Optional<EventLine> line = readFrom(run, new Mirror(file).startBehind(head.sequence(), run.start,
                        run.end));
                if (line.filter(next -> next.follows(head)).isPresent()) {
                    return line;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<EventLine> readFrom(Run run, long start) throws IOException {
        close();
        reader = Optional.of(new MirrorLines(file, start));
        readerEnd = run.end;
        return read();
    }

    private Optional<EventLine> read() throws IOException {
        Optional<EventLine> line = reader.orElseThrow().next();
        lastRead = line.map(EventLine::hash).orElse("");
        return line;
    }

    @Override
    public void close() throws IOException {
        if (reader.isPresent()) {
            reader.get().close();
        }
        reader = Optional.empty();
    }
}
