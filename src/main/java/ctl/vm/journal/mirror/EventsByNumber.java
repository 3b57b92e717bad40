package ctl.vm.journal.mirror;

import ctl.vm.journal.chain.EventLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The events of a story, a file of lines from the first on, by their numbers. Whoever asks for one after the other reads on. */
public final class EventsByNumber implements AutoCloseable {

    private final Path verifier;
    private MirrorLines lines;
    private long next = 1;

    public EventsByNumber(Path verifier) throws IOException {
        this.verifier = verifier;
        this.lines = new MirrorLines(verifier);
    }

    public Optional<EventLine> line(long number) throws IOException {
        if (number < 1) {
            return Optional.empty();
        }
        if (number != next) {
            lines.close();
            lines = new MirrorLines(verifier, new Mirror(verifier).startBehind(number - 1));
        }
        next = number + 1;
        return lines.next();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
