package ctl.vm.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Rows of cells, made printable and aligned in columns with two blanks between them.
 *
 * <p>For the window of a terminal a table that is too wide is made narrower, by the first of these that is enough:
 * sentences move below their rows; what stands in brackets goes; paths lose their beginnings; each row is folded into
 * several lines, between two cells. Without a window nothing of that is done.
 */
public final class Table {

    private static final String GAP = "  ";
    private static final String FOLD_INDENT = "  ";
    private static final String BELOW_INDENT = "    ";
    private static final String CUT = "…";
    private static final String BRACKET = " (";

    /** A path that is cut shorter is useless: the row is folded instead, which leaves more room. */
    private static final int NARROWEST = 10;
    private static final int NARROWEST_IN_FOLD = 20;
    private static final int SHORTEST_PATH = 12;

    private final List<Fit> fits;
    private final List<Integer> columns;
    private final OptionalInt window;
    private List<Integer> widths = List.of();
    private List<Integer> briefWidths = List.of();

    /** What becomes of a column in a window that is too narrow for all of them. */
    public enum Fit {
        WHOLE,
        /** What stands in brackets goes. */
        BRIEF,
        /** Cut from the left, because paths differ in their ends. */
        CUT,
        /** Printed below its row, as a sentence. */
        BELOW
    }

    /**
     * @param fits of the columns
     * @param window how wide a line may be; empty where that does not matter
     */
    public Table(List<Fit> fits, OptionalInt window) {
        this.fits = List.copyOf(fits);
        this.columns = IntStream.range(0, fits.size()).boxed().toList();
        this.window = window;
    }

    /** All lines of a whole table. @param rows the headings first */
    public static List<String> lines(List<List<String>> rows, List<Fit> fits, OptionalInt window) {
        return new Table(fits, window).lines(rows).stream().flatMap(List::stream).toList();
    }

    /**
     * The lines of each of these rows. They are as wide as those before, and wider where one of these needs it.
     *
     * @param rows the headings first, each time
     */
    public List<List<String>> lines(List<List<String>> rows) {
        List<List<String>> printable = rows.stream()
                .map(row -> row.stream().map(TerminalEscaper::text).toList())
                .toList();
        widths = widest(printable, widths);
        briefWidths = widest(printable.stream().map(this::brief).toList(), briefWidths);
        Layout layout = layout();
        List<List<String>> lines = new ArrayList<>();
        for (int row = 0; row < printable.size(); row++) {
            List<String> cells = layout.isBrief() ? brief(printable.get(row)) : printable.get(row);
            lines.add(row == 0 ? layout.headings(cells) : layout.lines(cells));
        }
        return lines;
    }

    private List<Integer> widest(List<List<String>> rows, List<Integer> least) {
        return columns.stream()
                .map(column -> Math.max(
                        least.isEmpty() ? 0 : least.get(column),
                        rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0)))
                .toList();
    }

    private List<String> brief(List<String> row) {
        return columns.stream()
                .map(column -> fits.get(column) == Fit.BRIEF ? withoutBrackets(row.get(column)) : row.get(column))
                .toList();
    }

    private static String withoutBrackets(String cell) {
        int bracket = cell.indexOf(BRACKET);
        return bracket < 0 ? cell : cell.substring(0, bracket);
    }

    private Layout layout() {
        if (fit(columns, widths)) {
            return new Layout(List.of(columns), widths, false, List.of(), window);
        }
        List<Integer> beside = columns.stream().filter(column -> fits.get(column) != Fit.BELOW).toList();
        List<Integer> below = columns.stream().filter(column -> fits.get(column) == Fit.BELOW).toList();
        if (fit(beside, widths)) {
            return new Layout(List.of(beside), widths, false, below, window);
        }
        List<Integer> cut = cut(beside, briefWidths, NARROWEST, 0);
        return fit(beside, cut) ? new Layout(List.of(beside), cut, true, below, window) : folded(beside, below);
    }

    private boolean fit(List<Integer> some, List<Integer> all) {
        return window.isEmpty() || total(some, all) <= window.getAsInt();
    }

    /** Greedily, with paths as short as may be; what room is left in its line a path then gets back. */
    private Layout folded(List<Integer> beside, List<Integer> below) {
        List<Integer> narrow = columns.stream()
                .map(column -> fits.get(column) == Fit.CUT
                        ? Math.min(NARROWEST_IN_FOLD, briefWidths.get(column))
                        : briefWidths.get(column))
                .toList();
        List<List<Integer>> folds = new ArrayList<>();
        for (int column : beside) {
            int indent = folds.size() > 1 ? FOLD_INDENT.length() : 0;
            List<Integer> longer = new ArrayList<>(folds.isEmpty() ? List.of() : folds.getLast());
            longer.add(column);
            if (folds.isEmpty() || longer.size() > 1 && indent + total(longer, narrow) > window.getAsInt()) {
                folds.add(List.of(column));
            } else {
                folds.set(folds.size() - 1, longer);
            }
        }
        List<Integer> roomy = briefWidths;
        for (List<Integer> fold : folds) {
            roomy = cut(fold, roomy, NARROWEST_IN_FOLD, fold == folds.getFirst() ? 0 : FOLD_INDENT.length());
        }
        return new Layout(folds, roomy, true, below, window);
    }

    /** The widths, with those of paths made smaller, the widest first, until all fit or none can be made smaller. */
    private List<Integer> cut(List<Integer> some, List<Integer> all, int narrowest, int indent) {
        List<Integer> cut = new ArrayList<>(all);
        for (int tooMany = indent + total(some, cut) - window.getAsInt(); tooMany > 0; tooMany--) {
            int widest = -1;
            for (int column : some) {
                boolean canBeCut = fits.get(column) == Fit.CUT && cut.get(column) > narrowest;
                if (canBeCut && (widest < 0 || cut.get(column) > cut.get(widest))) {
                    widest = column;
                }
            }
            if (widest < 0) {
                return cut;
            }
            cut.set(widest, cut.get(widest) - 1);
        }
        return cut;
    }

    private static int total(List<Integer> some, List<Integer> all) {
        return some.stream().mapToInt(all::get).sum() + GAP.length() * (some.size() - 1);
    }

    /**
     * How rows are printed.
     *
     * @param folds the columns of each line
     * @param widths of all columns
     * @param isBrief whether what stands in brackets goes
     * @param below columns that stand below, and have no headings
     * @param window how wide a line may be
     */
    private record Layout(List<List<Integer>> folds, List<Integer> widths, boolean isBrief, List<Integer> below,
            OptionalInt window) {

        List<String> headings(List<String> row) {
            return folded(row, folds);
        }

        private List<String> folded(List<String> row, List<List<Integer>> shown) {
            List<String> lines = new ArrayList<>();
            for (List<Integer> fold : shown) {
                lines.add((lines.isEmpty() ? "" : FOLD_INDENT) + line(row, fold));
            }
            return lines;
        }

        List<String> lines(List<String> row) {
            // A line without any value is left out.
            List<String> lines = folded(row, folds.stream()
                    .filter(fold -> fold == folds.getFirst() || !fold.stream().map(row::get).allMatch(Table::isNothing))
                    .toList());
            for (int column : below) {
                if (!row.get(column).isEmpty()) {
                    String sentence = BELOW_INDENT + row.get(column);
                    lines.addAll(Paragraph.lines(BELOW_INDENT, sentence, window.getAsInt()));
                }
            }
            return lines;
        }

        private String line(List<String> row, List<Integer> columns) {
            StringBuilder line = new StringBuilder();
            for (int column : columns) {
                String cell = shortened(row.get(column), widths.get(column));
                line.append(cell).append(" ".repeat(widths.get(column) - width(cell))).append(GAP);
            }
            return line.toString().stripTrailing();
        }
    }

    /**
     * Cut from the left; what stands before a path stays where enough of the path does as well:
     * {@code MyBox to …s/MyBox.tar.gz}.
     */
    private static String shortened(String cell, int width) {
        if (width(cell) <= width) {
            return cell;
        }
        String beforePath = cell.substring(0, Math.max(cell.indexOf(" /"), cell.indexOf(" ~/")) + 1);
        int room = width - width(beforePath) - CUT.length();
        return beforePath.isEmpty() || room < SHORTEST_PATH
                ? CUT + end(cell, width - CUT.length())
                : beforePath + CUT + end(cell, room);
    }

    private static boolean isNothing(String cell) {
        return cell.isEmpty() || cell.equals("-");
    }

    private static String end(String text, int length) {
        return text.substring(text.offsetByCodePoints(text.length(), -length));
    }

    private static int width(String printable) {
        return printable.codePointCount(0, printable.length());
    }
}
