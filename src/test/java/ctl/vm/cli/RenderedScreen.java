package ctl.vm.cli;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A terminal as far as the program uses one: both of its output streams go here, and what a person would see can be
 * read at any time. It wraps lines at its width, as terminals do.
 */
final class RenderedScreen extends OutputStream {

    private static final Pattern ESCAPE = Pattern.compile("\033\\[(\\d*)([AJm])");

    private final int columns;
    private final StringBuilder written = new StringBuilder();

    RenderedScreen(int columns) {
        this.columns = columns;
    }

    @Override
    public synchronized void write(int octet) {
        written.append((char) (octet & 0xff));
    }

    /** All that was written, with its escape sequences. */
    synchronized String written() {
        return written.toString();
    }

    /** The lines that stand on the screen; the last one is that of the cursor. */
    List<String> lines() {
        String text = written();
        List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
        int row = 0;
        int column = 0;
        Matcher escape = ESCAPE.matcher(text);
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character == '\033' && escape.find(at) && escape.start() == at) {
                if (escape.group(2).equals("A")) {
                    row = Math.max(0, row - Integer.parseInt(escape.group(1)));
                } else if (escape.group(2).equals("J")) {
                    rows.get(row).setLength(Math.min(column, rows.get(row).length()));
                    rows.subList(row + 1, rows.size()).clear();
                }
                at = escape.end() - 1;
            } else if (character == '\r') {
                column = 0;
            } else {
                if (character == '\n' || column == columns) {
                    row++;
                    column = 0;
                    if (row == rows.size()) {
                        rows.add(new StringBuilder());
                    }
                }
                if (character != '\n') {
                    put(rows.get(row), column++, character);
                }
            }
        }
        return rows.stream().map(StringBuilder::toString).toList();
    }

    private static void put(StringBuilder row, int column, char character) {
        while (row.length() <= column) {
            row.append(' ');
        }
        row.setCharAt(column, character);
    }
}
