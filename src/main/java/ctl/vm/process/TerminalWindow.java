package ctl.vm.process;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import ctl.vm.linux.LinuxCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The window of the terminal that the standard streams belong to. Here only because this is where Linux is called. */
public final class TerminalWindow {

    /** What a terminal has that does not tell: the size of a VT100. */
    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    /** Standard error first: it is the one that is redirected least. */
    private static final int[] STREAMS = {2, 1, 0};

    /** {@code ioctl_tty(2)}; its answer is four numbers of two bytes: rows, columns, and both in pixels. */
    private static final long TIOCGWINSZ = 0x5413;

    private static final int SIZE_BYTES = 8;
    private static final int ROWS_OFFSET = 0;
    private static final int COLUMNS_OFFSET = 2;

    private TerminalWindow() {}

    /** How wide it is now: a user may change that at any time. */
    public static int columns() {
        return measured(COLUMNS_OFFSET, USUAL_COLUMNS);
    }

    /** How high it is now. */
    public static int rows() {
        return measured(ROWS_OFFSET, USUAL_ROWS);
    }

    private static int measured(int offset, int usual) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(SIZE_BYTES);
            for (int stream : STREAMS) {
                long returned = LinuxCall.IOCTL.make(stream, TIOCGWINSZ, size.address());
                int length = Short.toUnsignedInt(size.get(JAVA_SHORT, offset));
                if (returned >= 0 && length > 0) {
                    return length;
                }
            }
            return usual;
        }
    }
}
