package ctl.vm.journal.chain;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Recorded;
import ctl.vm.journal.json.UnknownEvent;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.problem.Failure;
import java.nio.file.Path;

/**
 * The chain of hashes, link by link: each event must have the next number, hold the hash of the one before it, and have
 * the hash that its content gives. So nothing can be changed, taken out, put in or moved without breaking it.
 */
public final class HashChain {

    private final Path journal;
    private Head head;

    /** Goes on behind what is known to be right. */
    public HashChain(Path journal, Head head) {
        this.journal = journal;
        this.head = head;
    }

    /** The last event that was found right. */
    public Head head() {
        return head;
    }

    /** An event by itself: whether it is what was appended there, but not whether others were taken out around it. */
    public static Recorded alone(Path journal, EventRow row) {
        return new HashChain(journal, new Head(row.sequence() - 1, row.previous())).next(row.line());
    }

    /**
     * The next event.
     *
     * @throws ctl.vm.problem.VmException JournalDamaged or JournalTooNew, with the sequence number
     */
    public Recorded next(EventLine line) {
        if (!line.isIntact()) {
            throw broken("its hash is not that of its content");
        }
        Recorded recorded = read(line);
        if (recorded.sequence() != head.sequence() + 1) {
            throw broken("event %d stands in its place".formatted(recorded.sequence()));
        }
        if (!recorded.previous().equals(head.hash())) {
            throw broken("it does not follow the event before it");
        }
        head = new Head(recorded.sequence(), recorded.hash());
        return recorded;
    }

    /**
     * Folds an event of this journal.
     *
     * @throws ctl.vm.problem.VmException JournalDamaged, with the sequence number, where it cannot follow
     */
    public static Fold.Change fold(Path journal, Fold fold, Recorded recorded) {
        try {
            return fold.next(recorded);
        } catch (ImpossibleEvent impossible) {
            throw new Failure.JournalDamaged(journal, impossible.getMessage()).thrown();
        }
    }

    private Recorded read(EventLine line) {
        try {
            return line.recorded();
        } catch (UnknownEvent unknown) {
            throw new Failure.JournalTooNew(
                    journal, "event %d, %s".formatted(head.sequence() + 1, unknown.getMessage()), "no such event")
                    .thrown();
        } catch (UnreadableText unreadable) {
            throw broken(unreadable.getMessage());
        }
    }

    private RuntimeException broken(String reason) {
        return new Failure.JournalDamaged(journal, "event %d: %s".formatted(head.sequence() + 1, reason)).thrown();
    }
}
