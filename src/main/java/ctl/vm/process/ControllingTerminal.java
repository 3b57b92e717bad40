package ctl.vm.process;

import ctl.vm.linux.LinuxCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal that sends this process signals for keys such as Ctrl-C. Here only because this is where Linux is called. */
public final class ControllingTerminal {

    private static final Path STATUS = Path.of("/proc/self/stat");

    /** Fields of {@code proc_pid_stat(5)}, counted behind the name of the program, which may hold anything. */
    private static final int PROCESS_GROUP = 2;
    private static final int FOREGROUND_GROUP = 5;

    private static final int SIGINT = 2;
    private static final int SIG_DFL = 0;

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
}
