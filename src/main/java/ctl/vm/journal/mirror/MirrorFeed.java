package ctl.vm.journal.mirror;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Recorded;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.UnknownEvent;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Events as they come, read from the mirror: an event stands there as soon as it is durable in the database, which need
 * not be opened. A line counts once it has its line feed. Where a rebuild has replaced the mirror, the new one is read
 * from the next event on.
 *
 * <p>A power cut can leave anything behind the last line that was durable. What stands there and is no event is left
 * until the next command that writes has put it aside, and is damage only where a newer event stands behind it.
 */
public final class MirrorFeed implements Journal.Feed {

    /** How many events are taken at once, and about how long their lines are then. */
    private static final int MOST = 1000;
    private static final int MOST_CHARACTERS = 1 << 22;

    /** What a power cut leaves is no longer than the line that was being written. */
    private static final int LONGEST_LOOK_BYTES = 1 << 24;

    private final JournalFolder folder;
    private long last;
    private Optional<MirrorLines> lines = Optional.empty();
    private long inode;
    /** Where the line of the newest event ends that was read. */
    private long rightEnd;
    private long newest;

    /** @param after number of the last event that the reader has; empty where only what comes is wanted */
    public MirrorFeed(JournalFolder folder, OptionalLong after) {
        this.folder = folder;
        this.last = after.orElseGet(() -> folder.explained(this::newestAtTheEnd));
    }

    private long newestAtTheEnd() {
        return folder.isMissing(folder.layout().mirror()) ? 0 : newestBehind(0);
    }

    /** The newest event that stands whole behind a position, and not too far before the end; 0 where there is none. */
    private long newestBehind(long position) {
        try (DiskFile mirror = folder.disk().open(folder.layout().mirror())) {
            long length = mirror.size();
            byte[] end = MirrorLines.read(mirror, Math.max(position, length - LONGEST_LOOK_BYTES), length);
            // What follows the last line feed is no line yet.
            String lines = new String(end, StandardCharsets.UTF_8);
            return lines.substring(0, lines.lastIndexOf('\n') + 1).lines().map(EventLine::new)
                    .filter(MirrorFeed::isRight)
                    .mapToLong(line -> line.sequence().orElse(0)).max().orElse(0);
        }
    }

    @Override
    public List<Entry> take() {
        return folder.explained(() -> {
            followFile();
            List<Entry> taken = new ArrayList<>();
            long characters = 0;
            while (lines.isPresent() && taken.size() < MOST && characters < MOST_CHARACTERS) {
                Optional<EventLine> next = nextEvent();
                if (next.isEmpty()) {
                    break;
                }
                take(next.get()).ifPresent(taken::add);
                characters += next.get().text().length();
            }
            return taken;
        });
    }

    @Override
    public void close() {
        lines.ifPresent(MirrorLines::close);
        lines = Optional.empty();
        inode = 0;
    }

    /** The next line; empty where there is none, or where all that is left of the file is no event. */
    private Optional<EventLine> nextEvent() {
        MirrorLines read = lines.orElseThrow();
        boolean isNextOfNewest = read.position() == rightEnd;
        Optional<EventLine> next = read.next();
        if (next.filter(MirrorFeed::isRight).isEmpty()) {
            boolean isDamage = next.isPresent() && newestBehind(rightEnd) > newest;
            if (!isDamage || isNextOfNewest) {
                read.moveTo(rightEnd);
                // Another process may have put the right line there meanwhile.
                next = isDamage ? read.next() : Optional.empty();
            }
        }
        next.filter(MirrorFeed::isRight).ifPresent(this::noteEnd);
        return next;
    }

    private static boolean isRight(EventLine line) {
        return line.hasItsPlace() && line.isIntact();
    }

    /** Older events behind newer ones are what a power cut left as well: the next event takes their place. */
    private void noteEnd(EventLine line) {
        long sequence = line.sequence().orElseThrow();
        if (sequence > newest) {
            newest = sequence;
            rightEnd = lines.orElseThrow().position();
        }
    }

    /** The mirror may not be there yet, and another one may replace it. */
    private void followFile() {
        Optional<Disk.Entry> now = folder.disk().entry(folder.layout().mirror());
        if (now.filter(entry -> entry.inode() == inode).isEmpty()) {
            lines.ifPresent(MirrorLines::close);
            lines = now.map(_ -> new Mirror(folder).read());
            newest = 0;
            lines.ifPresent(this::moveBehindLast);
            rightEnd = lines.map(MirrorLines::position).orElse(0L);
            inode = now.map(Disk.Entry::inode).orElse(0L);
        }
    }

    /** To the first line where the lines are in no order, or the event is not there. */
    private void moveBehindLast(MirrorLines read) {
        read.moveBehind(Math.max(0, last - 1));
        if (last > 0 && read.next().filter(line -> line.sequence().orElse(0) == last).isPresent()) {
            newest = last;
        } else {
            read.moveTo(0);
        }
    }

    private Optional<Entry> take(EventLine line) {
        long sequence = sequence(line.text());
        if (sequence <= last) {
            return Optional.empty();
        }
        Recorded recorded = recorded(line);
        if (sequence != last + 1) {
            throw damaged("event %d stands behind event %d in the mirror".formatted(sequence, last));
        }
        last = sequence;
        return Optional.of(new Entry(recorded, line.text()));
    }

    private Recorded recorded(EventLine line) {
        if (!line.isIntact()) {
            throw damaged("the hash of event %d in the mirror is not that of its content".formatted(last + 1));
        }
        try {
            return line.recorded();
        } catch (UnknownEvent | UnreadableText unreadable) {
            throw damaged("event %d: %s".formatted(last + 1, unreadable.getMessage()));
        }
    }

    private long sequence(String line) {
        return EventLine.sequence(line).orElseThrow(() -> damaged("a line of the mirror is no event"));
    }

    private VmException damaged(String reason) {
        return new Failure.JournalDamaged(folder.layout().journal(), reason).thrown();
    }
}
