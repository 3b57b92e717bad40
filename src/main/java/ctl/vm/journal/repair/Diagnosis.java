package ctl.vm.journal.repair;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.drift.IntegrityError.Kind;
import ctl.vm.inventory.drift.IntegrityError.Place;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.mirror.MirrorLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says how one copy of the events came to differ from the chain that was recovered from both copies: which events were
 * edited, taken out, put in or moved.
 *
 * <p>A line that is not in this chain is taken for the event whose hash it bears, else for the one whose number it
 * bears, else for the one that is missing where it stands.
 */
final class Diagnosis {

    private static final Pattern SEQUENCE = Pattern.compile("^\\{\"sequence\":(-?[0-9]{1,18}),");

    private final Place place;
    private final Disk disk;
    private final Path copy;
    private final LogRecovery recovered;
    private final BitSet found = new BitSet();
    /** Events whose hash some line bears. */
    private final BitSet borne = new BitSet();
    private final List<ForeignLine> foreign = new ArrayList<>();
    private final Map<String, Integer> numbersByHash = new HashMap<>();
    private final List<IntegrityError> errors = new ArrayList<>();
    private boolean lastIsForeign;

    /**
     * A line that does not stand in its place in the chain, or several that follow each other.
     *
     * @param behind number of the event that the line before it is; 0 where that is foreign, too, or there is none
     * @param claimed the number that it says it has; 0 for none
     * @param upTo the number of the last of them
     * @param hash the one that it bears
     * @param isRepeated whether it is in the chain, to the letter, and stood there before
     * @param follows whether it is intact and goes on from the line before it
     */
    private record ForeignLine(
            int behind, long claimed, long upTo, String hash, boolean isIntact, boolean isRepeated, boolean follows) {

        boolean goesOnWith(ForeignLine next) {
            return isIntact && !isRepeated && next.follows && next.behind == 0 && next.claimed == upTo + 1;
        }

        ForeignLine from(long number) {
            return new ForeignLine(0, number, upTo, "", isIntact, isRepeated, follows);
        }

        ForeignLine upTo(long number) {
            return new ForeignLine(behind, claimed, number, hash, isIntact, isRepeated, follows);
        }
    }

    private Diagnosis(Place place, Path copy, LogRecovery recovered) {
        this.place = place;
        this.disk = recovered.folder().disk();
        this.copy = copy;
        this.recovered = recovered;
    }

    /** @param copy a file of lines @param recovered what it should hold */
    static List<IntegrityError> of(Place place, Path copy, LogRecovery recovered) {
        return new Diagnosis(place, copy, recovered).errors();
    }

    private List<IntegrityError> errors() {
        match();
        numberHashes();
        int rewritten = rewrittenFrom();
        int last = 0;
        for (int at = 0; at < foreign.size(); at++) {
            ForeignLine line = foreign.get(at);
            last = line.behind > 0 ? line.behind : last;
            if (at == rewritten) {
                error(Kind.DIFFERENT, last + 1L,
                        "from event %d on %s holds another history, without a break: one of the"
                                + " two was written anew",
                        last + 1, place);
                return withMissing(last);
            }
            last = report(line, last);
        }
        return withMissing((int) recovered.events());
    }

    /** Reads the copy through: what stands in the chain is found, to the letter, once each; the others are foreign. */
    private void match() {
        try (var lines = new MirrorLines(disk, copy); var known = new MirrorLines(disk, recovered.lines())) {
            int highest = 0;
            int behind = 0;
            String previous = Head.BEGINNING.hash();
            for (var next = lines.next(); next.isPresent(); next = lines.next()) {
                EventLine line = next.get();
                int number = number(line, known);
                if (number > 0 && !found.get(number)) {
                    found.set(number);
                    borne.set(number);
                    reportOrder(number, highest);
                    highest = Math.max(highest, number);
                    behind = number;
                } else {
                    add(foreignLine(line, behind, number > 0, previous));
                    behind = 0;
                }
                previous = hash(line);
            }
            lastIsForeign = behind == 0;
        }
    }

    private int number(EventLine line, MirrorLines known) {
        long claimed = claimed(line).orElse(0);
        return claimed > 0 && claimed <= recovered.events() && known.line(claimed).equals(Optional.of(line))
                ? (int) claimed
                : 0;
    }

    private static ForeignLine foreignLine(EventLine line, int behind, boolean isRepeated, String previous) {
        boolean isIntact = line.isIntact();
        boolean follows = isIntact && !isRepeated && line.text().contains("\"previous\":\"" + previous + "\"");
        long claimed = claimed(line).orElse(0);
        return new ForeignLine(behind, claimed, claimed, hash(line), isIntact, isRepeated, follows);
    }

    /** A history that was written anew is one foreign line, however long it is. */
    private void add(ForeignLine line) {
        if (!foreign.isEmpty() && foreign.getLast().goesOnWith(line)) {
            line = foreign.removeLast().upTo(line.claimed);
        }
        foreign.add(line);
    }

    private void numberHashes() {
        Set<String> wanted = new HashSet<>();
        foreign.forEach(line -> wanted.add(line.hash));
        if (!wanted.isEmpty()) {
            try (var lines = new MirrorLines(disk, recovered.lines())) {
                for (int number = 1; number <= recovered.events(); number++) {
                    String hash = lines.next().orElseThrow().hash();
                    if (wanted.contains(hash)) {
                        numbersByHash.put(hash, number);
                        borne.set(number);
                    }
                }
            }
        }
    }

    private void reportOrder(int number, int highest) {
        if (number < highest) {
            error(Kind.MOVED, number, "event %d was moved in %s: it stands behind event %d", number, place, highest);
        }
    }

    /**
     * From which foreign line on everything is a chain that goes on from the recovered one and is none of it; none for
     * -1.
     */
    private int rewrittenFrom() {
        int from = -1;
        for (int at = foreign.size() - 1; lastIsForeign && at >= 0 && foreign.get(at).follows; at--) {
            from = at;
            if (foreign.get(at).behind > 0) {
                break;
            }
        }
        boolean isRooted = from == 0 || from > 0 && (foreign.get(from).behind > 0
                || numbersByHash.containsKey(foreign.get(from - 1).hash));
        return isRooted ? from : -1;
    }

    private int report(ForeignLine line, int behind) {
        int last = behind;
        for (long number = line.claimed; number <= line.upTo; number++) {
            if (number > recovered.events() && number < line.upTo) {
                error(Kind.DIFFERENT, number,
                        "event %d in %s and those after it, up to event %d, do not follow: what they"
                                + " went on from is gone",
                        number, place, line.upTo);
                return last;
            }
            last = reportForeign(number == line.claimed ? line : line.from(number), last);
        }
        return last;
    }

    /** A line that is not in the chain. @return number of the event that it was taken for, or the last one before it */
    private int reportForeign(ForeignLine line, int last) {
        if (line.isRepeated) {
            error(Kind.INSERTED, line.claimed, "event %d stands in %s once more, behind event %d", line.claimed, place,
                    last);
            return last;
        }
        int byHash = numbersByHash.getOrDefault(line.hash, 0);
        if (byHash > 0 && !found.get(byHash)) {
            found.set(byHash);
            return line.claimed == byHash
                    ? edited(byHash)
                    : moved(byHash, line.claimed);
        }
        long number = line.claimed == 0 ? last + 1L : line.claimed;
        if (number > 0 && number <= recovered.events() && !borne.get((int) number) && !found.get((int) number)) {
            found.set((int) number);
            return edited((int) number);
        }
        reportUnknown(line, last);
        return last;
    }

    private int edited(int number) {
        error(Kind.EDITED, number, "event %d was edited in %s: its hash is not that of its content", number, place);
        return number;
    }

    private int moved(int number, long claimed) {
        error(Kind.MOVED, number, "event %d was moved in %s: it stands there as number %d", number, place, claimed);
        return number;
    }

    /** What belongs to no event of the chain: put in, or behind a break that both copies have. */
    private void reportUnknown(ForeignLine line, int last) {
        if (line.claimed > recovered.events() && !line.isIntact) {
            error(Kind.EDITED, line.claimed, "event %d was edited in %s: its hash is not that of its content",
                    line.claimed, place);
        } else if (line.claimed > recovered.events()) {
            error(Kind.DIFFERENT, line.claimed, "event %d in %s does not follow: what it went on from is gone",
                    line.claimed, place);
        } else {
            error(Kind.INSERTED, line.claimed, "an event was put into %s behind event %d; it says that it is number %d",
                    place, last, line.claimed);
        }
    }

    /** A line for each run of events that are missing. */
    private List<IntegrityError> withMissing(int upTo) {
        int from = 0;
        for (int number = 1; number <= upTo + 1; number++) {
            boolean missing = number <= upTo && !found.get(number);
            if (missing && from == 0) {
                from = number;
            } else if (!missing && from > 0) {
                missing(from, number - 1);
                from = 0;
            }
        }
        return errors;
    }

    private void missing(int from, int to) {
        String which = from == to ? "event %d is".formatted(from) : "events %d to %d are".formatted(from, to);
        String why = place == Place.MIRROR && from == recovered.events()
                ? ": it was taken out, or the program that wrote it died before it was acknowledged"
                : "";
        error(Kind.REMOVED, from, "%s missing in %s%s", which, place, why);
    }

    private void error(Kind kind, long number, String words, Object... values) {
        errors.add(IntegrityError.of(place, kind, number, words.formatted(values)));
    }

    private static String hash(EventLine line) {
        return line.text().length() < Head.BEGINNING.hash().length() + 2 ? "" : line.hash();
    }

    /** The number that a line says it has. */
    private static OptionalLong claimed(EventLine line) {
        Matcher sequence = SEQUENCE.matcher(line.text());
        return sequence.find() ? OptionalLong.of(Long.parseLong(sequence.group(1))) : OptionalLong.empty();
    }
}
