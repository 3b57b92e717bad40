package ctl.vm.commandline;

import java.util.List;
import java.util.Locale;

/**
 * A manual page, section 1, in the language of {@code man(7)}.
 *
 * @param version what the foot of the page shows, such as {@code ctl vm 1.2}
 * @param date when that version came out, such as {@code 2026-01-31}
 */
public record ManPage(String version, String date) {

    /** @param program the words before the name of the command */
    public String of(String program, Syntax syntax) {
        Roff roff = new Roff();
        start(roff, title(program + " " + syntax.name()), syntax.header());
        roff.section("SYNOPSIS");
        for (List<String> synopsis : syntax.synopses()) {
            roff.bold(program + " " + syntax.name());
            if (synopsis.equals(syntax.synopses().getFirst())) {
                syntax.options().forEach(option -> roff.text("[" + names(option, "|") + "]"));
            } else {
                roff.text("[OPTION...]");
            }
            synopsis.forEach(roff::text);
            if (!synopsis.equals(syntax.synopses().getLast())) {
                roff.request(".br");
            }
        }
        if (!syntax.description().isEmpty()) {
            roff.section("DESCRIPTION");
            syntax.description().forEach(roff::paragraph);
        }
        roff.section("ARGUMENTS");
        for (Parameter parameter : syntax.parameters()) {
            roff.item(parameter.label(), List.of(parameter.description()));
        }
        syntax.options().forEach(option -> roff.item(names(option, ", "), option.description()));
        roff.section("EXIT STATUS");
        syntax.exitCodes().forEach(
                code -> roff.item(Integer.toString(code.number()), List.of(code.meaning())));
        roff.section("EXAMPLES");
        roff.verbatim(syntax.examples());
        roff.section("SEE ALSO");
        roff.text(title(program) + "(1)");
        return roff.toString();
    }

    /** The page of a program with all its commands. @param footer paragraphs */
    public String of(String program, String header, List<Option> options, List<Syntax> commands, List<String> footer) {
        Roff roff = new Roff();
        start(roff, title(program), header);
        roff.section("SYNOPSIS");
        roff.bold(program);
        roff.text("COMMAND");
        roff.section("DESCRIPTION");
        footer.forEach(roff::paragraph);
        roff.section("COMMANDS");
        for (Syntax command : commands) {
            String page = title(program + " " + command.name()) + "(1)";
            roff.item(command.name(), List.of(command.header(), "See " + page + "."));
        }
        roff.section("OPTIONS");
        options.forEach(option -> roff.item(names(option, ", "), option.description()));
        return roff.toString();
    }

    private void start(Roff roff, String title, String header) {
        roff.request(".TH \"" + Roff.escaped(title.toUpperCase(Locale.ROOT)) + "\" 1 \"" + date + "\" \""
                + Roff.escaped(version) + "\"");
        // No word is torn and no line is stretched: an option has to be read as it is typed.
        roff.request(".nh");
        roff.request(".ad l");
        roff.section("NAME");
        roff.text(title + " - " + header);
    }

    private static String title(String words) {
        return words.replace(' ', '-');
    }

    private static String names(Option option, String between) {
        return option.labelled(String.join(between, option.names()));
    }

    /** Text with requests between its lines. */
    private static final class Roff {

        private static final int WIDTH = 80;

        private final StringBuilder page = new StringBuilder();
        private boolean isSectionBegun;

        void request(String line) {
            page.append(line).append('\n');
        }

        void section(String name) {
            request(".SH \"" + name + "\"");
            isSectionBegun = true;
        }

        void bold(String words) {
            request(".B \"" + escaped(words) + "\"");
        }

        /** In lines that stay short; columns in it stay as they are. */
        void text(String words) {
            StringBuilder line = new StringBuilder();
            for (String word : words.split("(?<! ) (?! )")) {
                if (!line.isEmpty() && escaped(line + " " + word).length() > WIDTH) {
                    request(escaped(line.toString()));
                    line.setLength(0);
                }
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
            request(escaped(line.toString()));
            isSectionBegun = false;
        }

        /** Sections begin with one. */
        void paragraph(String words) {
            if (!words.isEmpty()) {
                if (!isSectionBegun) {
                    request(".PP");
                }
                text(words);
            }
        }

        void item(String name, List<String> lines) {
            request(".TP");
            bold(name);
            for (int line = 0; line < lines.size(); line++) {
                if (line > 0) {
                    request(".br");
                }
                text(lines.get(line));
            }
        }

        void verbatim(List<String> lines) {
            request(".nf");
            lines.forEach(line -> request(escaped(line)));
            request(".fi");
        }

        /**
         * A hyphen is a minus sign unless it is escaped, and a dot or quote at the start of a line begins a request.
         */
        static String escaped(String words) {
            String escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
            return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
        }

        @Override
        public String toString() {
            return page.toString();
        }
    }
}
