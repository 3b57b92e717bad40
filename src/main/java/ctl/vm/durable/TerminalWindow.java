package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The window of the terminal that standard error goes to. Here only because this is where Linux is called. */
public final class TerminalWindow {

    /** What a terminal has that does not tell: as wide as a punched card. */
    private static final int USUAL_COLUMNS = 80;

    private static final int STANDARD_ERROR = 2;

    /** {@code ioctl_tty(2)}; its answer is four numbers of two bytes: rows, columns, and both in pixels. */
    private static final long TIOCGWINSZ = 0x5413;

    private static final int SIZE_BYTES = 8;
    private static final int COLUMNS_OFFSET = 2;

    private TerminalWindow() {}

    /** How wide it is now: a user may change that at any time. */
    public static int columns() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(SIZE_BYTES);
            long returned = LinuxCall.IOCTL.make(STANDARD_ERROR, TIOCGWINSZ, size.address());
            int columns = Short.toUnsignedInt(size.get(JAVA_SHORT, COLUMNS_OFFSET));
            return returned < 0 || columns == 0 ? USUAL_COLUMNS : columns;
        }
    }
}
