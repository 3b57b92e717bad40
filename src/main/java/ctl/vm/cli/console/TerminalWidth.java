package ctl.vm.cli.console;

import java.util.Optional;

/** The size of the window of a terminal, in characters. */
public record TerminalWidth(int columns, int rows) {

    /** @param measured {@code COLUMNSxROWS}; empty where it is anything else */
    static Optional<TerminalWidth> of(String measured) {
        int cross = measured.indexOf('x');
        if (cross < 0) {
            return Optional.empty();
        }
        try {
            TerminalWidth window = new TerminalWidth(
                    Integer.parseInt(measured.substring(0, cross)), Integer.parseInt(measured.substring(cross + 1)));
            return window.columns > 0 && window.rows > 0 ? Optional.of(window) : Optional.empty();
        } catch (NumberFormatException unknown) {
            return Optional.empty();
        }
    }
}
