package ctl.vm.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells, made printable and aligned in columns with two blanks between them. */
final class Table {

    private Table() {}

    /** A line for each row. @param rows all of the same length, at least one */
    static List<String> aligned(List<List<String>> rows) {
        return aligned(rows, widths(rows, List.of()));
    }

    /** A line for each row, with columns as wide as these. */
    static List<String> aligned(List<List<String>> rows, List<Integer> widths) {
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    /** How wide columns must be. @param least how wide they are already; empty for nothing yet */
    static List<Integer> widths(List<List<String>> rows, List<Integer> least) {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.getFirst().size(); column++) {
            int widest = least.isEmpty() ? 0 : least.get(column);
            for (List<String> row : rows) {
                widest = Math.max(widest, width(Printable.text(row.get(column))));
            }
            widths.add(widest);
        }
        return widths;
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.size(); column++) {
            String cell = Printable.text(row.get(column));
            line.append(cell).append(" ".repeat(widths.get(column) - width(cell) + 2));
        }
        return line.toString().stripTrailing();
    }

    private static int width(String printable) {
        return printable.codePointCount(0, printable.length());
    }
}
