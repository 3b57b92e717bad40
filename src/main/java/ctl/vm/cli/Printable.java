package ctl.vm.cli;

/** Makes text harmless for a terminal: names on disk and in packages can hold anything. */
final class Printable {

    private Printable() {}

    /** The text with control characters, line breaks and characters that turn the reading direction written out. */
    static String text(String raw) {
        StringBuilder printable = new StringBuilder(raw.length());
        raw.codePoints().forEach(character -> {
            switch (Character.getType(character)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR ->
                    printable.append("\\u%04x".formatted(character));
                default -> printable.appendCodePoint(character);
            }
        });
        return printable.toString();
    }
}
