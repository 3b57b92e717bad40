package ctl.vm.cli.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Output to a terminal that is held back until it is longer than the window, and then goes through a pager. What fits
 * is printed when it is complete, and no pager is started for it.
 *
 * <p>A pager that cannot be started, or was left early, is no failure: without one all goes to the terminal, and of one
 * that was left nothing more is wanted, which the writer's caller notices as an error of this writer.
 */
final class PagedOutput extends Writer {

    /** More than a pipe holds: what a pager that was never there has not read. */
    private static final int PIPE_CHARACTERS = 1 << 17;

    private static final char ESCAPE = '\033';
    private static final char END_OF_COLOUR = 'm';

    private final PrintWriter terminal;
    private final Pager pager;
    private final Supplier<Terminal.Size> window;

    /** What was written while it is held back; later what may have to be printed again. */
    private final StringBuilder written = new StringBuilder();

    private Optional<Process> process = Optional.empty();
    private Optional<Writer> pipe = Optional.empty();
    private State state = State.HELD;
    private int rows;
    private int column;
    private boolean isInColour;

    /** Whether more has been written than what is kept: the pager must have read some of it. */
    private boolean wasRead;

    private enum State {
        HELD,
        PAGED,
        /** Straight to the terminal. */
        PLAIN,
        /** The user has left the pager and wants no more. */
        LEFT
    }

    /** @param window of the terminal */
    PagedOutput(PrintWriter terminal, Pager pager, Supplier<Terminal.Size> window) {
        this.terminal = terminal;
        this.pager = pager;
        this.window = window;
    }

    /** Whether the pager has the terminal, and with it the keyboard. */
    boolean isShowing() {
        return process.map(Process::isAlive).orElse(false);
    }

    @Override
    public void write(char[] text, int start, int length) throws IOException {
        switch (state) {
            case HELD -> {
                written.append(text, start, length);
                if (isLongerThanTheWindow(text, start, length)) {
                    begin();
                }
            }
            case PAGED -> {
                if (written.length() <= PIPE_CHARACTERS) {
                    written.append(text, start, length);
                } else {
                    wasRead = true;
                }
                page(text, start, length);
            }
            case PLAIN -> terminal.write(text, start, length);
            case LEFT -> throw new IOException("the pager was left");
        }
    }

    /** The last row is left to the prompt of the shell. */
    private boolean isLongerThanTheWindow(char[] text, int start, int length) {
        Terminal.Size size = window.get();
        for (int at = start; at < start + length; at++) {
            char character = text[at];
            if (character == '\n') {
                rows++;
                column = 0;
            } else if (isInColour || character == ESCAPE) {
                isInColour = character != END_OF_COLOUR;
            } else if (column == size.columns()) {
                rows++;
                column = 1;
            } else {
                column++;
            }
        }
        return rows >= size.rows();
    }

    private void begin() throws IOException {
        try {
            Process started = pager.start();
            process = Optional.of(started);
            pipe = Optional.of(started.outputWriter(StandardCharsets.UTF_8));
            state = State.PAGED;
        } catch (IOException noShell) {
            print();
            return;
        }
        char[] held = written.toString().toCharArray();
        page(held, 0, held.length);
    }

    private void page(char[] text, int start, int length) throws IOException {
        try {
            pipe.orElseThrow().write(text, start, length);
        } catch (IOException gone) {
            leave();
        }
    }

    @Override
    public void flush() throws IOException {
        switch (state) {
            case HELD -> {}
            case PAGED -> {
                try {
                    pipe.orElseThrow().flush();
                } catch (IOException gone) {
                    leave();
                }
            }
            case PLAIN -> terminal.flush();
            case LEFT -> throw new IOException("the pager was left");
        }
    }

    /** The pager reads no more: it was left, or was never there. */
    private void leave() throws IOException {
        if (Pager.isMissing(exitCode()) && !wasRead) {
            print();
        } else {
            state = State.LEFT;
            throw new IOException("the pager was left");
        }
    }

    private void print() {
        state = State.PLAIN;
        terminal.append(written);
        terminal.flush();
    }

    private int exitCode() {
        try {
            return process.orElseThrow().waitFor();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    /** Prints what was held back, or waits until the pager is left. */
    @Override
    public void close() {
        switch (state) {
            case HELD -> print();
            case PAGED -> {
                try {
                    pipe.orElseThrow().close();
                } catch (IOException gone) {
                    // It was left before it had read all: whether it was ever there is seen below.
                    state = State.LEFT;
                }
                if (Pager.isMissing(exitCode()) && !wasRead) {
                    print();
                }
            }
            case PLAIN -> terminal.flush();
            case LEFT -> exitCode();
        }
        state = State.LEFT;
    }
}
