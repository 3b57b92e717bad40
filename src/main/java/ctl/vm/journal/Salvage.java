package ctl.vm.journal;

import ctl.vm.inventory.Recorded;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What two copies of a journal, each of them perhaps damaged, tell together: an event that one of them lacks is taken
 * from the other. As each event holds the hash of the one before it, nothing can get into a wrong place.
 *
 * @param events a chain without a break, from the first event on
 * @param fold what they fold to
 * @param head the last of them
 * @param end why they end where they do, where there is more that cannot follow
 */
record Salvage(List<EventLine> events, Fold fold, Head head, Optional<String> end) {

    /**
     * The longer one of what can be had by following the database wherever possible, and by following the mirror.
     *
     * @throws VmException JournalTooNew
     */
    static Salvage of(Path journal, List<EventLine> database, List<EventLine> mirror) {
        Set<EventLine> known = new HashSet<>(database);
        Map<String, EventLine> rows = byPrevious(database);
        Map<String, EventLine> others = byPrevious(mirror.stream().filter(line -> !known.contains(line)).toList());
        Salvage first = new Walk(journal).along(rows, others);
        if (others.isEmpty()) {
            return first;
        }
        Salvage second = new Walk(journal).along(others, rows);
        return second.events.size() > first.events.size() ? second : first;
    }

    /** Numbers of events that are readable and are not in this story. */
    List<Long> leftOut(List<EventLine> lines) {
        Set<EventLine> taken = new HashSet<>(events);
        return intact(lines.stream().filter(line -> !taken.contains(line)))
                .map(line -> JsonObject.parse(line.text()).number("sequence"))
                .distinct()
                .sorted()
                .toList();
    }

    /** Where one of the copies differs from this story. */
    Optional<String> difference(List<EventLine> copy) {
        for (int at = 0; at < Math.max(copy.size(), events.size()); at++) {
            if (at >= copy.size()) {
                return Optional.of("event %d is missing in it".formatted(at + 1));
            }
            if (at >= events.size() || !copy.get(at).equals(events.get(at))) {
                return Optional.of("event %d in it is not right".formatted(at + 1));
            }
        }
        return Optional.empty();
    }

    private static Map<String, EventLine> byPrevious(List<EventLine> lines) {
        Map<String, EventLine> byPrevious = new HashMap<>();
        intact(lines.stream())
                .forEach(line -> byPrevious.putIfAbsent(JsonObject.parse(line.text()).text("previous"), line));
        return byPrevious;
    }

    private static Stream<EventLine> intact(Stream<EventLine> lines) {
        return lines.filter(EventLine::isIntact).filter(Salvage::hasItsPlace);
    }

    private static boolean hasItsPlace(EventLine line) {
        try {
            JsonObject json = JsonObject.parse(line.text());
            return json.number("sequence") > 0 && !json.text("previous").isEmpty();
        } catch (UnreadableText foreign) {
            return false;
        }
    }

    /** One way through both copies. */
    private static final class Walk {

        private final Path journal;
        private final Fold fold;
        private final List<EventLine> events = new ArrayList<>();
        private Head head = Head.BEGINNING;
        private Optional<String> end = Optional.empty();

        Walk(Path journal) {
            this.journal = journal;
            this.fold = new Fold(journal);
        }

        Salvage along(Map<String, EventLine> preferred, Map<String, EventLine> other) {
            boolean goesOn = true;
            while (goesOn) {
                String last = head.hash();
                goesOn = takes(Optional.ofNullable(preferred.get(last))) || takes(Optional.ofNullable(other.get(last)));
            }
            return new Salvage(events, fold, head, end);
        }

        private boolean takes(Optional<EventLine> next) {
            if (next.isEmpty()) {
                return false;
            }
            try {
                var chain = new Chain(journal, head);
                Recorded recorded = chain.next(next.get());
                EventRow.of(next.get());
                fold.next(recorded);
                head = chain.head();
                events.add(next.get());
                end = Optional.empty();
                return true;
            } catch (VmException refused) {
                end = Optional.of(reason(refused));
                return false;
            } catch (UnreadableText unreadable) {
                end = Optional.of("event %d: %s".formatted(head.sequence() + 1, unreadable.getMessage()));
                return false;
            }
        }

        private static String reason(VmException refused) {
            if (refused.problem() instanceof Failure.JournalDamaged damaged) {
                return damaged.reason();
            }
            throw refused;
        }
    }
}
