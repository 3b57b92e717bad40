package ctl.vm.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * Sentences broken at words into lines as wide as a window. A word is never broken, and a command that is to be copied
 * stands on a line of its own, without its quotes.
 */
public final class Paragraph {

    private static final char QUOTE = '"';
    private static final String COMMAND_INDENT = "  ";
    private static final List<String> COMMANDS = List.of("ctl ", "qemu-img ", "xz ", "gzip ", "bzip2 ", "zstd ",
            "sudo ");

    private final List<String> lines = new ArrayList<>();
    private final StringBuilder line;
    private final String margin;
    private final int columns;
    private boolean isEmpty = true;

    private Paragraph(String first, String margin, int columns) {
        this.line = new StringBuilder(first);
        this.margin = margin;
        this.columns = columns;
    }

    /**
     * @param first what the first line begins with
     * @param margin what all others begin with
     * @param sentences each begins a line
     */
    public static List<String> lines(String first, String margin, List<String> sentences, int columns) {
        Paragraph paragraph = new Paragraph(first, margin, columns);
        sentences.forEach(paragraph::sentence);
        return paragraph.lines;
    }

    /** One line where it fits. */
    public static List<String> lines(String margin, String text, int columns) {
        int indent = text.length() - text.stripLeading().length();
        return text.codePointCount(0, text.length()) <= columns
                ? List.of(text)
                : lines(text.substring(0, indent), margin, List.of(text.substring(indent)), columns);
    }

    private void sentence(String text) {
        int from = 0;
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) == QUOTE) {
                int end = endOfQuote(text, at);
                if (isCommand(text.substring(at + 1, end))) {
                    describe(text.substring(from, at));
                    command(text.substring(at + 1, end));
                    from = behindPunctuation(text, end + 1);
                }
                at = end;
            }
        }
        describe(text.substring(from));
        end();
    }

    /** A name within a command may hold a quote itself, between the single ones of the shell. */
    private static int endOfQuote(String text, int start) {
        boolean isQuoted = false;
        for (int at = start + 1; at < text.length(); at++) {
            if (text.charAt(at) == '\'') {
                isQuoted = !isQuoted;
            } else if (text.charAt(at) == QUOTE && !isQuoted) {
                return at;
            }
        }
        return text.length();
    }

    private static boolean isCommand(String quoted) {
        return COMMANDS.stream().anyMatch(quoted::startsWith);
    }

    /** The end of the line replaces a comma or semicolon. */
    private static int behindPunctuation(String text, int start) {
        int at = start;
        while (at < text.length() && ",; ".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return Math.min(at, text.length());
    }

    private void describe(String text) {
        for (String word : text.strip().split(" +")) {
            if (!word.isEmpty()) {
                word(word);
            }
        }
    }

    private void word(String word) {
        if (!isEmpty && width(line) + 1 + width(word) > columns) {
            end();
        }
        line.append(isEmpty ? "" : " ").append(word);
        isEmpty = false;
    }

    private void command(String command) {
        if (lines.isEmpty() && isEmpty) {
            lines.add(line + command);
        } else {
            end();
            lines.add(margin + COMMAND_INDENT + command);
        }
        line.setLength(0);
        line.append(margin);
    }

    private void end() {
        if (!isEmpty) {
            lines.add(line.toString());
        }
        line.setLength(0);
        line.append(margin);
        isEmpty = true;
    }

    public static int width(CharSequence text) {
        return Character.codePointCount(text, 0, text.length());
    }
}
