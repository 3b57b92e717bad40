package ctl.vm.cli.output;

/** Makes text harmless for a terminal: names on disk and in packages can hold anything. */
public final class TerminalEscaper {

    private static final int DELETE = 0x7f;

    private TerminalEscaper() {}

    /** The text with control characters, line breaks and characters that turn the reading direction written out. */
    public static String text(String raw) {
        StringBuilder printable = new StringBuilder(raw.length());
        raw.codePoints().forEach(character -> {
            if (isHarmful(character)) {
                printable.append("\\u%04x".formatted(character));
            } else {
                printable.appendCodePoint(character);
            }
        });
        return printable.toString();
    }

    /**
     * JSON with the same characters escaped. Those of ASCII are already, where JSON demands it; a line feed that is
     * left stands between its values.
     */
    static String json(String text) {
        if (text.chars().allMatch(character -> character < DELETE)) {
            return text;
        }
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (character >= DELETE && isHarmful(character)) {
                Character.toString(character).chars().forEach(half -> printable.append("\\u%04X".formatted(half)));
            } else {
                printable.appendCodePoint(character);
            }
        });
        return printable.toString();
    }

    private static boolean isHarmful(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> false;
        };
    }
}
