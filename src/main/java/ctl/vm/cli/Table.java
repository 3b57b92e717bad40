package ctl.vm.cli;

import java.util.List;

/** Rows of cells, made printable and aligned in columns with two blanks between them. */
final class Table {

    private Table() {}

    /** A line for each row. @param rows all of the same length, at least one */
    static List<String> aligned(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], width(Printable.text(row.get(column))));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = Printable.text(row.get(column));
            line.append(cell).append(" ".repeat(widths[column] - width(cell) + 2));
        }
        return line.toString().stripTrailing();
    }

    private static int width(String printable) {
        return printable.codePointCount(0, printable.length());
    }
}
