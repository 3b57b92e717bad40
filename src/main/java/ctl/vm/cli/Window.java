package ctl.vm.cli;

import java.util.Optional;

/** The size of the window of a terminal, in characters. */
public record Window(int columns, int rows) {

    /** @param measured {@code COLUMNSxROWS}; empty where it is anything else */
    static Optional<Window> of(String measured) {
        int cross = measured.indexOf('x');
        if (cross < 0) {
            return Optional.empty();
        }
        try {
            Window window = new Window(
                    Integer.parseInt(measured.substring(0, cross)), Integer.parseInt(measured.substring(cross + 1)));
            return window.columns > 0 && window.rows > 0 ? Optional.of(window) : Optional.empty();
        } catch (NumberFormatException unknown) {
            return Optional.empty();
        }
    }
}
