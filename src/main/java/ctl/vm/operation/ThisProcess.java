package ctl.vm.operation;

import ctl.vm.inventory.Actor.ProcessIdentity;
import ctl.vm.inventory.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out from {@code /proc} who runs this program. What the kernel does not tell (inside some containers) is left
 * empty: not knowing who asked is no reason to refuse.
 */
public final class ThisProcess {

    private static final Path PROC = Path.of("/proc");

    /** What the kernel shows as login uid without a login: -1 as an unsigned number. */
    private static final long NO_LOGIN = 4294967295L;

    private static final int MOST_PARENTS = 12;

    private ThisProcess() {}

    /** @param commandLine the arguments as typed, the program's own name first */
    public static Actor actor(List<String> commandLine, Map<String, String> environment) {
        return new Actor(
                ProcessHandle.current().info().user().orElseGet(() -> Long.toString(effectiveUid())),
                effectiveUid(),
                number("self/loginuid").filter(uid -> uid != NO_LOGIN),
                Optional.ofNullable(environment.get("SUDO_USER")),
                host(),
                identity(),
                terminal(),
                System.getProperty("user.dir"),
                commandLine,
                parents());
    }

    /** The name of this machine; empty where the kernel does not say. */
    public static String host() {
        return line("sys/kernel/hostname").orElse("");
    }

    private static ProcessIdentity identity() {
        return new ProcessIdentity(
                ProcessHandle.current().pid(), startTicks(), bootId());
    }

    /** What tells this machine from any other: as it was installed, or its name where nothing else is known. */
    public static String machineId() {
        return text(Path.of("/etc/machine-id")).lines().findFirst().map(String::strip).filter(id -> !id.isEmpty())
                .orElseGet(ThisProcess::host);
    }

    /** Changes with every boot of the machine; empty where the kernel does not say. */
    public static String bootId() {
        return line("sys/kernel/random/boot_id").orElse("");
    }

    /** The second of the four numbers behind "Uid:", real, effective, saved and filesystem. */
    private static long effectiveUid() {
        return text("self/status").lines()
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> Long.parseLong(line.split("\\s+")[2]))
                .findFirst()
                .orElse(-1L);
    }

    private static long startTicks() {
        return Status.of("self").map(Status::startTicks).orElse(-1L);
    }

    /** Up to the first process; as many as anybody nests, and no more than fit into a line. */
    private static List<Actor.Parent> parents() {
        List<Actor.Parent> parents = new ArrayList<>();
        Optional<Status> process = Status.of("self");
        while (process.isPresent() && process.get().parent() > 0 && parents.size() < MOST_PARENTS) {
            long pid = process.get().parent();
            process = Status.of(Long.toString(pid));
            process.ifPresent(status -> parents.add(new Actor.Parent(pid, status.startTicks(), status.command())));
        }
        return parents;
    }

    /** What {@code stat} tells of a process. */
    private record Status(String command, long parent, long startTicks) {

        /**
         * Fields 2, 4 and 22; they are counted behind the name, which stands in brackets and can hold anything. Empty
         * where the process is gone or not to be seen.
         */
        static Optional<Status> of(String process) {
            String stat = text(process + "/stat");
            int end = stat.lastIndexOf(')');
            String[] fields = stat.substring(end + 1).strip().split(" ");
            return fields.length > 19
                    ? Optional.of(new Status(
                            stat.substring(stat.indexOf('(') + 1, end), Long.parseLong(fields[1]),
                            Long.parseLong(fields[19])))
                    : Optional.empty();
        }
    }

    private static Optional<String> terminal() {
        for (int stream = 0; stream <= 2; stream++) {
            try {
                String target = Files.readSymbolicLink(PROC.resolve("self/fd/" + stream)).toString();
                if (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")) {
                    return Optional.of(target);
                }
            } catch (IOException closed) {
                // A closed stream is no terminal.
            }
        }
        return Optional.empty();
    }

    private static Optional<Long> number(String file) {
        return line(file).map(Long::parseLong);
    }

    private static Optional<String> line(String file) {
        return text(file).lines().findFirst().map(String::strip).filter(line -> !line.isEmpty());
    }

    private static String text(String file) {
        return text(PROC.resolve(file));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unknown) {
            return "";
        }
    }
}
