package ctl.vm.cli;

import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Which of the standard streams are a terminal, and whether colours may be used there.
 *
 * @param input whether a person can answer
 * @param output whether results go to a person
 * @param error whether progress can be shown in place
 * @param colour when escape sequences for bold and colours may be printed
 * @param columns how wide the window is at that moment
 */
public record Terminal(boolean input, boolean output, boolean error, Colour colour, IntSupplier columns) {

    /** No terminal at all: a pipe, a file, a test. */
    public static final Terminal NONE = new Terminal(false, false, false, Colour.AUTO, () -> 0);

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
     */
    public static Terminal of(String streams, Map<String, String> environment, IntSupplier columns) {
        boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(
                streams.contains("0"),
                streams.contains("1"),
                streams.contains("2"),
                plain ? Colour.NEVER : Colour.AUTO,
                columns);
    }

    /** What the user asks for goes before what the environment says; {@code AUTO} leaves it at that. */
    Terminal with(Colour asked) {
        return asked == Colour.AUTO ? this : new Terminal(input, output, error, asked, columns);
    }

    boolean hasColouredOutput() {
        return isColoured(output);
    }

    boolean hasColouredError() {
        return isColoured(error);
    }

    private boolean isColoured(boolean terminal) {
        return colour == Colour.ALWAYS || terminal && colour == Colour.AUTO;
    }
}
