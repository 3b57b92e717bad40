package ctl.vm.team;

import ctl.vm.inventory.Recorded;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.chain.Head;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The events of a root as the team's database has them: each must have the hash of its content, and follow the one
 * before it. What is wrong is said of the root, whose own journal may be right.
 */
final class CheckedEvents {

    private final String root;
    private HashChain chain;
    private boolean isFirstLinkKnown = true;

    /** From the first event on. */
    CheckedEvents(String root) {
        this(root, Head.BEGINNING);
    }

    /** Goes on behind what is known to be right. */
    CheckedEvents(String root, Head head) {
        this.root = root;
        this.chain = new HashChain(Path.of(root), head);
    }

    /** Goes on behind an event of which only the number is known. */
    static CheckedEvents behind(String root, long sequence) {
        var events = new CheckedEvents(root, new Head(sequence, Head.BEGINNING.hash()));
        events.isFirstLinkKnown = sequence == 0;
        return events;
    }

    /** Number of the last event that was found right. */
    long sequence() {
        return chain.head().sequence();
    }

    /** The next event. @throws VmException TeamDamaged or TeamTooNew, with its number */
    Recorded next(EventLine line) {
        if (!isFirstLinkKnown && line.hasItsPlace()) {
            chain = new HashChain(Path.of(root), new Head(sequence(), line.previous()));
            isFirstLinkKnown = true;
        }
        return explained(root, () -> chain.next(line));
    }

    /** An event by itself, but not whether others were taken out around it. @throws VmException as {@link #next} */
    static Recorded alone(String root, long sequence, Optional<String> line) {
        EventLine found = new EventLine(line
                .orElseThrow(() -> damaged(root, "event %d is missing".formatted(sequence))));
        if (!found.isIntact() || !found.hasItsPlace()) {
            throw damaged(root, "event %d: its hash is not that of its content".formatted(sequence));
        }
        var chain = new HashChain(Path.of(root), new Head(sequence - 1, found.previous()));
        return explained(root, () -> chain.next(found));
    }

    static VmException damaged(String root, String reason) {
        return new Failure.TeamDamaged(root, reason).thrown();
    }

    private static Recorded explained(String root, Supplier<Recorded> event) {
        try {
            return event.get();
        } catch (VmException failed) {
            throw switch (failed.problem()) {
                case Failure.JournalDamaged(_, var reason) -> damaged(root, reason);
                case Failure.JournalTooNew(_, var found, _) -> new Failure.TeamTooNew(root, found).thrown();
                default -> failed;
            };
        }
    }
}
