package ctl.vm.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was most likely meant by a mistyped one. */
public final class Nearest {

    private Nearest() {}

    /** The nearest of the names, where it is near enough to be a slip: about a third of the letters may differ. */
    public static Optional<String> to(String typed, Collection<String> names) {
        int tolerated = Math.max(1, (typed.length() + 1) / 3);
        return names.stream()
                .filter(name -> distance(typed, name) <= tolerated)
                .min(Comparator.<String>comparingInt(name -> distance(typed, name)).thenComparing(name -> name));
    }

    /** Levenshtein's distance, case ignored: how many letters to insert, delete or change. */
    private static int distance(String one, String other) {
        String from = one.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[] row = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= to.length(); column++) {
                int changed = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(changed, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
