package ctl.vm.cli.console;

import ctl.vm.cli.output.Paragraph;
import ctl.vm.cli.output.Table;
import ctl.vm.cli.output.TerminalEscaper;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * How results are laid out: for the window of a terminal, or, for a file or another program, as they are, each on one
 * line.
 *
 * @param window how wide a line may be; empty where no terminal shows it
 */
public record ResultLayout(OptionalInt window, HomeFolder home) {

    /** All lines of a table whose columns stay whole. @param rows the headings first */
    public List<String> table(List<List<String>> rows) {
        return table(rows, Collections.nCopies(rows.isEmpty() ? 0 : rows.getFirst().size(), Table.Fit.WHOLE));
    }

    /** All lines of a table. @param rows the headings first */
    public List<String> table(List<List<String>> rows, List<Table.Fit> fits) {
        return Table.lines(rows.stream().map(row -> row.stream().map(this::path).toList()).toList(), fits, window);
    }

    /** The same behind an indent. */
    public ResultLayout indented(int indent) {
        return window.isEmpty() ? this : new ResultLayout(OptionalInt.of(window.getAsInt() - indent), home);
    }

    /** What may hold paths, shortened for people. */
    public String path(String text) {
        return window.isPresent() ? home.abbreviated(text) : text;
    }

    /** The same for a line that begins with something in which blanks matter. */
    public List<String> wrapped(String first, String margin, String text) {
        String words = TerminalEscaper.text(path(text));
        boolean fits = window.isEmpty() || Paragraph.width(first + words) <= window.getAsInt();
        return fits
                ? List.of(first + words)
                : Paragraph.lines(first, margin, List.of(words), window.getAsInt());
    }

    /** A line broken at words where it is too long; the lines behind the first begin with the margin. */
    public List<String> wrapped(String line, String margin) {
        return window.isPresent()
                ? Paragraph.lines(margin, TerminalEscaper.text(path(line)), window.getAsInt())
                : List.of(line);
    }
}
