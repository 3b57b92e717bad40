package ctl.vm.journal.repair;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.journal.mirror.LogFile;
import ctl.vm.journal.mirror.MirrorLines;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What two copies of a journal, each of them perhaps damaged, hold together: an event that one of them lacks is taken
 * from the other. As each event holds the hash of the one before it, nothing can get into a wrong place.
 *
 * @param folder of the journal
 * @param lines a file that holds a chain without a break, from the first event on, a line each
 * @param inventory what they fold to
 * @param head the last of them
 * @param end why they end where they do, where there is more that cannot follow
 */
record LogRecovery(JournalFolder folder, Path lines, Inventory inventory, Head head, Optional<String> end) {

    /**
     * The longer one of what can be had by following the database wherever possible, and by following the mirror.
     *
     * @param lines where to write it, durably; beside it a second file is written for a while
     * @throws VmException JournalTooNew
     */
    static LogRecovery of(
            JournalFolder folder, LogFile database, LogFile mirror, Path lines, ProgressListener progress) {
        LogRecovery first = new Walk(folder, progress).along(database, mirror, lines);
        if (first.head.sequence() >= Math.max(database.highest(), mirror.highest())) {
            return first;
        }
        Path other = lines.resolveSibling(lines.getFileName() + ".other");
        LogRecovery second = new Walk(folder, progress).along(mirror, database, other);
        if (second.head.sequence() <= first.head.sequence()) {
            folder.disk().remove(other);
            return first;
        }
        folder.disk().replace(other, lines);
        return new LogRecovery(folder, lines, second.inventory, second.head, second.end);
    }

    long events() {
        return head.sequence();
    }

    /** Events of a copy that are readable and are not in this chain. */
    LeftOut leftOut(LogFile copy) {
        LeftOut found = LeftOut.NONE;
        try (var recovered = new MirrorLines(folder.disk(), lines)) {
            for (LogFile.Run run : copy.runs()) {
                // Where the last of a chain is in this one, all before it are.
                if (!recovered.line(run.last()).filter(line -> line.hash().equals(run.hash())).isPresent()) {
                    found = found.with(firstLeftOut(copy, run, recovered), run.last());
                }
            }
        }
        return found;
    }

    private static long firstLeftOut(LogFile copy, LogFile.Run run, MirrorLines recovered) {
        try (var lines = copy.read()) {
            lines.moveTo(run.start());
            for (long number = run.first(); number < run.last(); number++) {
                if (!recovered.line(number).equals(lines.next())) {
                    return number;
                }
            }
        }
        return run.last();
    }

    /** The lowest and the highest number of events that were left out; 0 for none. */
    record LeftOut(long first, long last) {

        static final LeftOut NONE = new LeftOut(0, 0);

        private LeftOut with(long from, long to) {
            return last == 0 ? new LeftOut(from, to) : new LeftOut(Math.min(first, from), Math.max(last, to));
        }

        LeftOut with(LeftOut other) {
            return other.last == 0 ? this : with(other.first, other.last);
        }
    }

    /** Where one of the copies differs from this chain. */
    Optional<String> difference(LogFile copy) {
        try (var there = copy.read(); var right = new MirrorLines(folder.disk(), lines)) {
            for (long number = 1;; number++) {
                Optional<EventLine> line = there.next();
                Optional<EventLine> expected = right.next();
                if (line.isEmpty() && expected.isEmpty()) {
                    return Optional.empty();
                }
                if (line.isEmpty()) {
                    return Optional.of("event %d is missing in it".formatted(number));
                }
                if (!line.equals(expected)) {
                    return Optional.of("event %d in it is not right".formatted(number));
                }
            }
        }
    }

    /** One way through both copies. */
    private static final class Walk {

        private final JournalFolder folder;
        private final Path journal;
        private final ProgressListener progress;
        private final Fold fold = new Fold();
        private Head head = Head.BEGINNING;
        private Optional<String> end = Optional.empty();

        Walk(JournalFolder folder, ProgressListener progress) {
            this.folder = folder;
            this.journal = folder.layout().journal();
            this.progress = progress;
        }

        LogRecovery along(LogFile preferred, LogFile other, Path target) {
            try (var lines = new LogFile.Writer(folder.makeAnew(target))) {
                progress.begin("read what there is", Math.max(preferred.length(), other.length()));
                boolean goesOn = true;
                while (goesOn) {
                    Head last = head;
                    goesOn = takes(preferred.behind(last), lines) || takes(other.behind(last), lines);
                }
                lines.sync();
            }
            return new LogRecovery(folder, target, fold.inventory(), head, end);
        }

        private boolean takes(Optional<EventLine> next, LogFile.Writer lines) {
            if (next.isEmpty()) {
                return false;
            }
            try {
                var chain = new HashChain(journal, head);
                Recorded recorded = chain.next(next.get());
                EventRow.of(next.get());
                HashChain.fold(journal, fold, recorded);
                head = chain.head();
                end = Optional.empty();
            } catch (VmException refused) {
                end = Optional.of(reason(refused));
                return false;
            } catch (UnreadableText unreadable) {
                end = Optional.of("event %d: %s".formatted(head.sequence() + 1, unreadable.getMessage()));
                return false;
            }
            progress.advance(lines.add(next.get()));
            return true;
        }

        private static String reason(VmException refused) {
            if (refused.problem() instanceof Failure.JournalDamaged damaged) {
                return damaged.reason();
            }
            throw refused;
        }
    }
}
