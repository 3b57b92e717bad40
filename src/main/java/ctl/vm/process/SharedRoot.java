package ctl.vm.process;

import ctl.vm.linux.LinuxCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A root that a group shares: its folder is writable for the group, and has the set-group-id bit, by which all that
 * comes to stand in it belongs to the group as well.
 */
public final class SharedRoot {

    /** Both bits: the group's right to write, and set-group-id. */
    private static final int SHARED = 02020;

    private static final int GROUP = 070;

    private SharedRoot() {}

    /**
     * Lets all that this process makes from now on have the group's rights, where the root is shared: with the usual
     * umask only its maker could go on working with it.
     */
    public static void respect(Path root) {
        if (isShared(root)) {
            int umask = (int) LinuxCall.UMASK.make(GROUP);
            LinuxCall.UMASK.make(umask & ~GROUP);
        }
    }

    /** Whether a group shares it. */
    public static boolean isShared(Path root) {
        try {
            return ((int) Files.getAttribute(root, "unix:mode") & SHARED) == SHARED;
        } catch (IOException missing) {
            return false;
        }
    }
}
