package ctl.vm.team;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.json.HashedLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a user can do who may write every file of a journal: change the past, give all events from there on the hashes
 * that follow, and have the database made again from that.
 */
public final class RewrittenHistory {

    private static final int PREVIOUS_LENGTH = ",\"previous\":\"\"".length() + 64;

    private RewrittenHistory() {}

    /**
     * Writes the mirror anew, and takes away all that would tell. The database is to be rebuilt from it.
     *
     * @param event number of the event that is changed; those from there on get new hashes
     * @param change of its JSON, which has no hashes then
     */
    public static void write(Layout layout, int event, UnaryOperator<String> change) {
        try {
            List<String> lines = chained(Files.readAllLines(layout.mirror()), event, change);
            Files.write(layout.mirror(), lines);
            for (var file : List.of(layout.databaseFile(), layout.head(), layout.listing())) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The lines as a chain, with one event changed. */
    static List<String> chained(List<String> lines, int event, UnaryOperator<String> change) {
        List<String> chained = new ArrayList<>(lines.subList(0, event - 1));
        String previous = chained.isEmpty() ? "0".repeat(64) : new HashedLine(chained.getLast()).hash();
        for (int number = event; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            String body = line.substring(0, line.length() - HashedLine.SEAL_LENGTH - PREVIOUS_LENGTH);
            HashedLine sealed = HashedLine.seal("%s,\"previous\":\"%s\"}".formatted(
                    number == event ? change.apply(body) : body, previous));
            chained.add(sealed.text());
            previous = sealed.hash();
        }
        return chained;
    }
}
