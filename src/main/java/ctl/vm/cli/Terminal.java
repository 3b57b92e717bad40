package ctl.vm.cli;

import java.util.Map;

/**
 * Which of the standard streams are a terminal, and whether colours may be used there.
 *
 * @param input whether a person can answer
 * @param output whether results go to a person
 * @param error whether progress can be shown in place
 * @param colour whether escape sequences for bold and colours may be printed
 */
public record Terminal(boolean input, boolean output, boolean error, boolean colour) {

    /** No terminal at all: a pipe, a file, a test. */
    public static final Terminal NONE = new Terminal(false, false, false, false);

    /**
     * @param streams the digits of the streams that are a terminal, such as {@code 012}: the launcher knows them, the
     *     JDK does not tell stderr from stdout
     */
    public static Terminal of(String streams, Map<String, String> environment) {
        boolean output = streams.contains("1");
        boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(streams.contains("0"), output, streams.contains("2"), output && !plain);
    }
}
