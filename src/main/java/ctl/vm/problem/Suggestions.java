package ctl.vm.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was most likely meant by a mistyped one. */
public final class Suggestions {

    private Suggestions() {}

    /**
     * The nearest of the names, where it is near enough to be a slip: about a third of the letters may differ, and of
     * one or two letters none, as every such name is near any other.
     */
    public static Optional<String> to(String typed, Collection<String> names) {
        int tolerated = typed.length() <= 2 ? 0 : Math.max(1, (typed.length() + 1) / 3);
        return names.stream()
                .filter(name -> distance(typed, name) <= tolerated)
                .min(Comparator.<String>comparingInt(name -> distance(typed, name)).thenComparing(name -> name));
    }

    /**
     * How many letters to insert, delete, change or swap with their neighbour; case ignored (Damerau and Levenshtein).
     */
    private static int distance(String one, String other) {
        String from = one.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[][] distance = new int[from.length() + 1][to.length() + 1];
        for (int line = 0; line <= from.length(); line++) {
            for (int column = 0; column <= to.length(); column++) {
                distance[line][column] = line == 0 || column == 0
                        ? line + column
                        : shortest(distance, from, line, to, column);
            }
        }
        return distance[from.length()][to.length()];
    }

    private static int shortest(int[][] distance, String from, int line, String to, int column) {
        boolean same = from.charAt(line - 1) == to.charAt(column - 1);
        int changed = distance[line - 1][column - 1] + (same ? 0 : 1);
        int shortest = Math.min(changed, Math.min(distance[line - 1][column], distance[line][column - 1]) + 1);
        boolean swapped = line > 1 && column > 1
                && from.charAt(line - 1) == to.charAt(column - 2)
                && from.charAt(line - 2) == to.charAt(column - 1);
        return swapped ? Math.min(shortest, distance[line - 2][column - 2] + 1) : shortest;
    }
}
