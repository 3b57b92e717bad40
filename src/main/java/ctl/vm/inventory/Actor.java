package ctl.vm.inventory;

import java.util.List;
import java.util.Optional;

/**
 * Who asked for an operation, as the kernel knew it when the program started.
 *
 * @param user name of the effective user, or its number where it has no name
 * @param uid effective user id
 * @param loginUid who logged in, kept through su and sudo; empty where there was no login (a service, a container)
 * @param sudoUser what {@code $SUDO_USER} claims: a hint, not a proof
 * @param host name of the machine
 * @param process the program that asked
 * @param terminal such as {@code /dev/pts/0}
 * @param workingFolder absolute path
 * @param commandLine the arguments as typed, the program's own name first
 * @param parents the processes that it was started by, the nearest first; recorded once for each operation, and not by
 *     older programs
 */
public record Actor(
        String user,
        long uid,
        Optional<Long> loginUid,
        Optional<String> sudoUser,
        String host,
        ProcessIdentity process,
        Optional<String> terminal,
        String workingFolder,
        List<String> commandLine,
        List<Parent> parents) {

    public Actor {
        commandLine = List.copyOf(commandLine);
        parents = List.copyOf(parents);
    }

    public Actor(
            String user,
            long uid,
            Optional<Long> loginUid,
            Optional<String> sudoUser,
            String host,
            ProcessIdentity process,
            Optional<String> terminal,
            String workingFolder,
            List<String> commandLine) {
        this(user, uid, loginUid, sudoUser, host, process, terminal, workingFolder, commandLine, List.of());
    }

    /** The same without its parents. */
    public Actor alone() {
        return parents.isEmpty()
                ? this
                : new Actor(user, uid, loginUid, sudoUser, host, process, terminal, workingFolder, commandLine);
    }

    /**
     * A process that started another one.
     *
     * @param startTicks as in {@link ProcessIdentity}
     * @param command the first 15 bytes of its name, which it can choose itself
     */
    public record Parent(long pid, long startTicks, String command) {}

    /**
     * A process, distinguished from a later one with the same pid.
     *
     * @param startTicks clock ticks between boot and the start of the process
     * @param bootId changes with every boot
     */
    public record ProcessIdentity(long pid, long startTicks, String bootId) {}
}
