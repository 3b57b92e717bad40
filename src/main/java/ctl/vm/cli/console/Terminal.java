package ctl.vm.cli.console;

import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Which of the standard streams are a terminal, what it can do, and how large its window is.
 *
 * @param input whether a person can answer
 * @param output whether results go to a person
 * @param error whether messages go to a person
 * @param dumb whether it only prints: nothing can be drawn in place
 * @param colour when escape sequences for bold and colours may be printed
 * @param columns how wide the window is at that moment
 * @param window what results are laid out for
 */
public record Terminal(
        boolean input,
        boolean output,
        boolean error,
        boolean dumb,
        Colour colour,
        IntSupplier columns,
        Supplier<Size> window) {

    /** No terminal at all: a pipe, a file, a test. */
    public static final Terminal NONE = new Terminal(false, false, false, Colour.AUTO, () -> 0);

    private static final int USUAL_ROWS = 24;

    /** One that can draw in place, with a window of the usual height. */
    public Terminal(boolean input, boolean output, boolean error, Colour colour, IntSupplier columns) {
        this(input, output, error, false, colour, columns, () -> new Size(columns.getAsInt(), USUAL_ROWS));
    }

    /** When to use colours. */
    public enum Colour {
        /** In what goes to a terminal. */
        AUTO,
        ALWAYS,
        NEVER
    }

    /**
     * @param streams the digits of the streams that are a terminal, such as {@code 012}: the launcher knows them, the
     *     JDK does not tell stderr from stdout
     * @param measured the size of the window as {@code COLUMNSxROWS}, where the launcher knows it: to ask the kernel
     *     takes a start 35 ms
     * @param columns asks the kernel for the width
     * @param rows asks the kernel for the height
     */
    public static Terminal of(String streams, String measured, Map<String, String> environment, IntSupplier columns,
            IntSupplier rows) {
        boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean plain = dumb || !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                streams.contains("0"),
                streams.contains("1"),
                streams.contains("2"),
                dumb,
                plain ? Colour.NEVER : Colour.AUTO,
                columns,
                () -> Size.of(measured)
                        .orElseGet(() -> new Size(columns.getAsInt(), rows.getAsInt())));
    }

    /** The user's choice takes precedence over the environment; {@code AUTO} leaves the choice to it. */
    public Terminal with(Colour asked) {
        return asked == Colour.AUTO ? this : new Terminal(input, output, error, dumb, asked, columns, window);
    }

    public boolean hasColouredOutput() {
        return isColoured(output);
    }

    public boolean hasColouredError() {
        return isColoured(error);
    }

    private boolean isColoured(boolean terminal) {
        return colour == Colour.ALWAYS || terminal && colour == Colour.AUTO;
    }

    /** The size of the window of a terminal, in characters. */
    public record Size(int columns, int rows) {

        /** @param measured {@code COLUMNSxROWS}; empty where it is anything else */
        static Optional<Size> of(String measured) {
            int cross = measured.indexOf('x');
            if (cross < 0) {
                return Optional.empty();
            }
            try {
                Size window = new Size(
                        Integer.parseInt(measured.substring(0, cross)),
                        Integer.parseInt(measured.substring(cross + 1)));
                return window.columns > 0 && window.rows > 0 ? Optional.of(window) : Optional.empty();
            } catch (NumberFormatException unknown) {
                return Optional.empty();
            }
        }
    }
}
