package ctl.vm.journal.mirror;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.Recorded;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.UnknownEvent;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Events as they come, read from the mirror: an event stands there as soon as it is durable in the database, which need not be
 * opened. A line counts once it has its line feed. Where a rebuild has replaced the mirror, the new one is read from the next
 * event on.
 */
public final class MirrorFeed implements Journal.Feed {

    private static final int MOST = 1000;

    private final JournalFolder folder;
    private long last;
    private Optional<MirrorLines> lines = Optional.empty();
    private long inode;

    /** @param after number of the last event that the reader has; empty where only what comes is wanted */
    public MirrorFeed(JournalFolder folder, OptionalLong after) {
        this.folder = folder;
        String tail = folder.explained(() -> new Mirror(folder).tail()).last();
        this.last = after.orElseGet(() -> tail.isEmpty() ? 0 : sequence(tail));
    }

    @Override
    public List<Entry> take() {
        return folder.explained(() -> {
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
        });
    }

    /** The mirror may not be there yet, and another one may replace it. */
    private void followFile() {
        Optional<Disk.Entry> now = folder.disk().entry(folder.layout().mirror());
        if (now.filter(entry -> entry.inode() == inode).isEmpty()) {
            lines.ifPresent(MirrorLines::close);
            lines = now.map(_ -> new Mirror(folder).read());
            lines.ifPresent(read -> read.moveBehind(last));
            inode = now.map(Disk.Entry::inode).orElse(0L);
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
