package ctl.vm.process;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import ctl.vm.linux.LinuxCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal of this process: the signals of its keys, such as Ctrl-C, and the size of its window. */
public final class ControllingTerminal {

    private static final Path STATUS = Path.of("/proc/self/stat");

    /** Fields of {@code proc_pid_stat(5)}, counted behind the name of the program, which may hold anything. */
    private static final int PROCESS_GROUP = 2;
    private static final int FOREGROUND_GROUP = 5;

    private static final int SIGINT = 2;
    private static final int SIG_DFL = 0;

    /** The size of a VT100, for a terminal that does not report its own. */
    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    /** Standard error first: it is the one that is redirected least. */
    private static final int[] STREAMS = {2, 1, 0};

    /** {@code ioctl_tty(2)}; its answer is four numbers of two bytes: rows, columns, and both in pixels. */
    private static final long TIOCGWINSZ = 0x5413;

    private static final int SIZE_BYTES = 8;
    private static final int ROWS_OFFSET = 0;
    private static final int COLUMNS_OFFSET = 2;

    private ControllingTerminal() {}

    /** Whether there is one, and a key pressed there is meant for this process, among others. */
    public static boolean isForeground() {
        try {
            // The name of the program need not be text.
            return isForeground(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static boolean isForeground(String status) {
        String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");
        // Without a terminal the foreground group is -1.
        return fields[PROCESS_GROUP].equals(fields[FOREGROUND_GROUP]);
    }

    /** Lets SIGINT end this process again, although its parent has had it ignored. */
    public static void stopIgnoringInterrupt() {
        LinuxCall.SIGNAL.make(SIGINT, SIG_DFL);
    }

    /** How wide it is now: a user may change that at any time. */
    public static int columns() {
        return windowSize(COLUMNS_OFFSET, USUAL_COLUMNS);
    }

    /** How high it is now. */
    public static int rows() {
        return windowSize(ROWS_OFFSET, USUAL_ROWS);
    }

    private static int windowSize(int offset, int usual) {
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
