package ctl.vm.journal.mirror;

import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.json.UnknownEvent;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Events as they come, read from the mirror: an event stands there as soon as it is durable in the database, and nobody has
 * to open that. A line counts once it has its line feed. A mirror that a rebuild put in the place of the old one is read
 * from where the reader was.
 */
public final class MirrorFeed implements Journal.Feed {

    private static final int MOST = 1000;

    private final Layout layout;
    private long last;
    private Optional<MirrorLines> lines = Optional.empty();
    private Object file = "";

    private MirrorFeed(Layout layout, long last) {
        this.layout = layout;
        this.last = last;
    }

    public static MirrorFeed behind(Layout layout, OptionalLong after) {
        try {
            String tail = new Mirror(layout.mirror()).tail().last();
            return new MirrorFeed(layout,
                    after.isPresent() ? after.getAsLong() : tail.isEmpty() ? 0 : sequence(layout, tail));
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    @Override
    public List<Entry> take() {
        try {
            followFile();
            List<Entry> taken = new ArrayList<>();
            while (lines.isPresent() && taken.size() < MOST) {
                Optional<EventLine> next = lines.get().next();
                if (next.isEmpty()) {
                    break;
                }
                take(next.get()).ifPresent(taken::add);
            }
            return taken;
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    /** The mirror may not be there yet, and another one may take its place. */
    private void followFile() throws IOException {
        try {
            Object now = Files.getAttribute(layout.mirror(), "unix:ino");
            if (!now.equals(file)) {
                close();
                lines = Optional.of(new MirrorLines(layout.mirror(), new Mirror(layout.mirror()).startBehind(last)));
                file = now;
            }
        } catch (NoSuchFileException missing) {
            close();
        }
    }

    private void close() throws IOException {
        if (lines.isPresent()) {
            lines.get().close();
        }
        lines = Optional.empty();
        file = "";
    }

    private Optional<Entry> take(EventLine line) {
        long sequence = sequence(layout, line.text());
        if (sequence <= last) {
            return Optional.empty();
        }
        Recorded recorded = recorded(line);
        if (sequence != last + 1) {
            throw damaged(layout, "event %d stands behind event %d in the mirror".formatted(sequence, last));
        }
        last = sequence;
        return Optional.of(new Entry(recorded, line.text()));
    }

    private Recorded recorded(EventLine line) {
        if (!line.isIntact()) {
            throw damaged(layout, "the hash of event %d in the mirror is not that of its content".formatted(last + 1));
        }
        try {
            return line.recorded();
        } catch (UnknownEvent | UnreadableText unreadable) {
            throw damaged(layout, "event %d: %s".formatted(last + 1, unreadable.getMessage()));
        }
    }

    private static long sequence(Layout layout, String line) {
        return EventLine.sequence(line).orElseThrow(() -> damaged(layout, "a line of the mirror is no event"));
    }

    private static VmException damaged(Layout layout, String reason) {
        return new Failure.JournalDamaged(layout.journal(), reason).thrown();
    }
}
