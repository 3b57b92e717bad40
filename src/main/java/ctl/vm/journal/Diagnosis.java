package ctl.vm.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ctl.vm.inventory.Flaw;
import ctl.vm.inventory.Flaw.Kind;
import ctl.vm.inventory.Flaw.Place;

/**
 * Says how one copy of the events came to differ from the story that both copies tell together: which events were edited,
 * taken out, put in or moved.
 *
 * <p>A line that is not of the story is taken for the event whose hash it bears, else for the one whose number it bears,
 * else for the one that is missing where it stands.
 */
final class Diagnosis {

    private static final Pattern SEQUENCE = Pattern.compile("^\\{\"sequence\":(-?[0-9]{1,18}),");

    private final Place place;
    private final List<EventLine> copy;
    private final List<EventLine> story;
    private final Map<EventLine, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> numbersByHash = new HashMap<>();
    private final Set<Integer> found = new HashSet<>();
    /** Events whose hash some line bears. */
    private final Set<Integer> borne = new HashSet<>();
    private final List<Flaw> flaws = new ArrayList<>();

    private Diagnosis(Place place, List<EventLine> copy, List<EventLine> story) {
        this.place = place;
        this.copy = copy;
        this.story = story;
        for (int number = 1; number <= story.size(); number++) {
            numbers.put(story.get(number - 1), number);
            numbersByHash.put(story.get(number - 1).hash(), number);
        }
    }

    /** @param story a chain without a break, from the first event on */
    static List<Flaw> of(Place place, List<EventLine> copy, List<EventLine> story) {
        return new Diagnosis(place, copy, story).flaws();
    }

    private List<Flaw> flaws() {
        copy.forEach(line -> borne.add(hash(line)));
        int[] known = matched();
        tellOrder(known);
        int last = 0;
        for (int at = 0; at < copy.size(); at++) {
            if (known[at] > 0) {
                last = known[at];
            } else if (tellsAnother(at, last)) {
                flaw(Kind.DIFFERENT, last + 1L, "from event %d on %s tells another story, without a break: one of the"
                        + " two was written anew", last + 1, place);
                return withMissing(last);
            } else {
                last = tellStranger(copy.get(at), last);
            }
        }
        return withMissing(story.size());
    }

    /** The number of each line that stands in the story, to the letter; 0 for the others, and where it stands again. */
    private int[] matched() {
        int[] known = new int[copy.size()];
        for (int at = 0; at < known.length; at++) {
            int number = numbers.getOrDefault(copy.get(at), 0);
            known[at] = number > 0 && found.add(number) ? number : 0;
        }
        return known;
    }

    private void tellOrder(int[] known) {
        int highest = 0;
        for (int number : known) {
            if (number > 0 && number < highest) {
                flaw(Kind.MOVED, number, "event %d was moved in %s: it stands behind event %d", number, place, highest);
            }
            highest = Math.max(highest, number);
        }
    }

    /** Whether everything from here on is a chain that goes on from the last event and is none of the story. */
    private boolean tellsAnother(int from, int last) {
        String previous = last == 0 ? Head.BEGINNING.hash() : story.get(last - 1).hash();
        for (EventLine line : copy.subList(from, copy.size())) {
            if (numbers.containsKey(line) || !line.isIntact()
                    || !line.text().contains("\"previous\":\"" + previous + "\"")) {
                return false;
            }
            previous = line.hash();
        }
        return true;
    }

    /** A line that is not in the story. @return number of the event that it was taken for, or the last one before it */
    private int tellStranger(EventLine line, int last) {
        long claimed = claimed(line).orElse(0);
        if (numbers.containsKey(line)) {
            flaw(Kind.INSERTED, claimed, "event %d stands in %s once more, behind event %d", claimed, place, last);
            return last;
        }
        int byHash = hash(line);
        if (byHash > 0 && found.add(byHash)) {
            return claimed == byHash
                    ? edited(byHash)
                    : moved(byHash, claimed);
        }
        long number = claimed == 0 ? last + 1L : claimed;
        if (number > 0 && number <= story.size() && !borne.contains((int) number) && found.add((int) number)) {
            return edited((int) number);
        }
        tellTail(line, claimed, last);
        return last;
    }

    private int edited(int number) {
        flaw(Kind.EDITED, number, "event %d was edited in %s: its hash is not that of its content", number, place);
        return number;
    }

    private int moved(int number, long claimed) {
        flaw(Kind.MOVED, number, "event %d was moved in %s: it stands there as number %d", number, place, claimed);
        return number;
    }

    /** What belongs to no event of the story: put in, or behind a break that both copies have. */
    private void tellTail(EventLine line, long claimed, int last) {
        if (claimed > story.size() && !line.isIntact()) {
            flaw(Kind.EDITED, claimed, "event %d was edited in %s: its hash is not that of its content", claimed,
                    place);
        } else if (claimed > story.size()) {
            flaw(Kind.DIFFERENT, claimed, "event %d in %s does not follow: what it went on from is gone", claimed,
                    place);
        } else {
            flaw(Kind.INSERTED, claimed, "an event was put into %s behind event %d; it says that it is number %d",
                    place, last, claimed);
        }
    }

    /** A line for each run of events that are missing. */
    private List<Flaw> withMissing(int upTo) {
        int from = 0;
        for (int number = 1; number <= upTo + 1; number++) {
            boolean missing = number <= upTo && !found.contains(number);
            if (missing && from == 0) {
                from = number;
            } else if (!missing && from > 0) {
                missing(from, number - 1);
                from = 0;
            }
        }
        return flaws;
    }

    private void missing(int from, int to) {
        String which = from == to ? "event %d is".formatted(from) : "events %d to %d are".formatted(from, to);
        String why = place == Place.MIRROR && from == story.size()
                ? ": it was taken out, or whoever wrote it died before it was acknowledged"
                : "";
        flaw(Kind.REMOVED, from, "%s missing in %s%s", which, place, why);
    }

    private void flaw(Kind kind, long number, String words, Object... values) {
        flaws.add(Flaw.of(place, kind, number, words.formatted(values)));
    }

    private int hash(EventLine line) {
        return line.text().length() < Head.BEGINNING.hash().length() + 2
                ? 0
                : numbersByHash.getOrDefault(line.hash(), 0);
    }

    /** The number that a line says it has. */
    private static OptionalLong claimed(EventLine line) {
        Matcher sequence = SEQUENCE.matcher(line.text());
        return sequence.find() ? OptionalLong.of(Long.parseLong(sequence.group(1))) : OptionalLong.empty();
    }
}
