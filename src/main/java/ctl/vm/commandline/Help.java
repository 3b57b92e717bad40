package ctl.vm.commandline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What {@code --help} prints, for a terminal of the usual width. */
public final class Help {

    /** Every command has it. */
    public static final Option OPTION = Option.flag("-h, --help", "Show this help and exit.");

    private static final int WIDTH = 80;
    private static final int WIDEST_NAME = 22;
    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();

    private Help() {}

    /**
     * @param program the words before the name of the command
     * @param note what follows the options; may be empty
     */
    public static String of(String program, Syntax syntax, String note) {
        Help help = new Help();
        help.line(syntax.header());
        help.line("");
        help.synopsis(program + " " + syntax.name(), syntax);
        help.paragraphs(syntax.description());
        help.line("");
        help.arguments(syntax);
        help.paragraphs(note.isEmpty() ? List.of() : List.of(note));
        help.section("Exit codes:",
                syntax.exitCodes().stream().map(code -> code.number() + "  " + code.meaning()).toList());
        help.section("Examples:", syntax.examples());
        return help.text.toString();
    }

    /** @param footer paragraphs */
    public static String of(String program, String header, List<Option> options, Collection<Syntax> commands,
            List<String> footer) {
        Help help = new Help();
        help.line(header);
        help.line("");
        help.line("Usage: " + program + " COMMAND");
        help.section("Commands:", List.of());
        help.rows(commands.stream().map(command -> new Row(command.name(), List.of(command.header()))).toList());
        if (!options.isEmpty()) {
            help.section("Options:", List.of());
            help.rows(options.stream().map(Help::row).toList());
        }
        help.paragraphs(footer);
        return help.text.toString();
    }

    /** A name and what it means. */
    private record Row(String name, List<String> meaning) {}

    private void synopsis(String command, Syntax syntax) {
        String start = "Usage: " + command;
        String margin = " ".repeat(start.length());
        for (List<String> synopsis : syntax.synopses()) {
            List<String> parts = new ArrayList<>();
            if (synopsis.equals(syntax.synopses().getFirst())) {
                syntax.options().forEach(option -> parts.add("[" + option.labelled(option.names().getFirst()) + "]"));
            } else {
                parts.add("[OPTION...]");
            }
            parts.addAll(synopsis);
            wrapped(start, margin, parts);
            start = "       " + command;
        }
    }

    private void arguments(Syntax syntax) {
        List<Row> rows = new ArrayList<>();
        for (Parameter parameter : syntax.parameters()) {
            rows.add(new Row(parameter.label(), List.of(parameter.description())));
        }
        syntax.options().forEach(option -> rows.add(row(option)));
        rows(rows);
    }

    private static Row row(Option option) {
        String names = String.join(", ", option.names());
        String aligned = names.startsWith("--") ? "    " + names : names;
        return new Row(option.labelled(aligned), option.description());
    }

    private void rows(List<Row> rows) {
        int width = rows.stream()
                .mapToInt(row -> row.name().length())
                .filter(length -> length <= WIDEST_NAME)
                .max()
                .orElse(0);
        String margin = " ".repeat(INDENT.length() + width + 2);
        for (Row row : rows) {
            String name = INDENT + row.name();
            if (row.name().length() > width) {
                line(name);
                name = "";
            }
            String first = name + " ".repeat(margin.length() - name.length());
            for (String line : row.meaning()) {
                wrapped(first.substring(0, first.length() - 1), margin.substring(1), List.of(line.split(" ")));
                first = margin;
            }
        }
    }

    private void section(String heading, List<String> lines) {
        line("");
        line(heading);
        lines.forEach(line -> line(INDENT + line));
    }

    private void paragraphs(List<String> paragraphs) {
        if (!paragraphs.isEmpty()) {
            line("");
            paragraphs.forEach(words -> wrapped("", "", List.of(words.split(" "))));
        }
    }

    /** Words joined by spaces behind a start, which get a line of their own with a margin where the line is full. */
    private void wrapped(String start, String margin, List<String> words) {
        StringBuilder line = new StringBuilder(start);
        boolean empty = true;
        for (String word : words) {
            boolean first = line.isEmpty();
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                line(line.toString());
                line = new StringBuilder(margin);
                first = margin.isEmpty();
            }
            line.append(first ? "" : " ").append(word);
            empty = false;
        }
        line(line.toString());
    }

    private void line(String words) {
        text.append(words.stripTrailing()).append('\n');
    }
}
