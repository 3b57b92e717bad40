package ctl.vm.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program with strace between it and the kernel: to count the calls that change the disk, to kill the program at
 * the entry of one of them, or to let one of them fail.
 */
final class Strace {

    /** Every call with which the program and H2 change a disk. */
    static final List<String> CHANGING = List.of(
            "openat", "write", "pwrite64", "copy_file_range", "ftruncate", "fallocate", "fdatasync", "fsync", "rename",
            "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "utimensat", "symlink",
            "linkat",
            "ioctl");

    private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\((.*)");

    /** Stands in every call with a path. */
    private static final Pattern WORKING_FOLDER = Pattern.compile("AT_FDCWD<[^>]*>");

    /** What is renamed to try out what the filesystem can do, and the partial file of a package that gets its name. */
    private static final Pattern PREPARATION = Pattern.compile("\\.rehearsal|\\.partial-new\"");

    private Strace() {}

    /** A call to the kernel, counted within its thread from 1, as strace counts. */
    record Position(String call, int count) {

        @Override
        public String toString() {
            return call + " " + count;
        }
    }

    /**
     * Kills the program at the entry of the call: it is not carried out. Without {@code --seccomp-bpf}, under which
     * strace 6.1 injects errors but no signals.
     */
    static List<String> killingAt(Position position) {
        return List.of(
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + position.call(), "-e",
                "inject=%s:signal=KILL:when=%d".formatted(position.call(), position.count()));
    }

    /** @param count which one, such as 3, or 3+ for all from there on */
    static List<String> failing(String call, String error, String count) {
        return List.of(
                "strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                "inject=%s:error=%s:when=%s".formatted(call, error, count));
    }

    /**
     * The calls of a run of the program that change something in its place.
     *
     * @param inOrder all of them
     * @param withoutPreparation where a call is when those are not counted with which the program tries out what the
     *     filesystem can do, and makes the partial file of a package
     */
    record Calls(Set<Position> inOrder, Map<Position, Position> withoutPreparation) {

        /** The call that comes after the given one. */
        Position after(Position position) {
            List<Position> all = List.copyOf(inOrder);
            return all.get(all.indexOf(position) + 1);
        }

        /** Where something appears under its name, or goes to the trash. */
        Position publishing() {
            return inOrder.stream()
                    .filter(position -> position.call().startsWith("renameat"))
                    .filter(withoutPreparation::containsValue)
                    .findFirst()
                    .orElseThrow();
        }
    }

    static Calls count(Place place, Scenario scenario, List<String> arguments) {
        Path log = place.folder().resolve("strace.log");
        List<String> under = List.of(
                "strace", "-f", "-qq", "--seccomp-bpf", "-y", "-o", log.toString(), "-e",
                "trace=" + String.join(",", CHANGING));
        Ctl.Run run = scenario.in(place).run(under, arguments);
        if (run.exit() != 0) {
            throw new AssertionError(run.toString());
        }
        try {
            List<String> lines = Files.readAllLines(log);
            Files.delete(log);
            return positions(lines, place.folder().toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Calls positions(List<String> lines, String folder) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, Integer> countsWithoutPreparation = new HashMap<>();
        Calls calls = new Calls(new LinkedHashSet<>(), new HashMap<>());
        for (String line : lines) {
            Matcher call = CALL.matcher(line);
            if (call.lookingAt()) {
                String counted = call.group(1) + call.group(2);
                Position position = new Position(call.group(2), counts.merge(counted, 1, Integer::sum));
                if (!PREPARATION.matcher(line).find()) {
                    calls.withoutPreparation.putIfAbsent(
                            new Position(call.group(2), countsWithoutPreparation.merge(counted, 1, Integer::sum)),
                            position);
                }
                String arguments = WORKING_FOLDER.matcher(call.group(3)).replaceAll("");
                if (arguments.contains(folder + "/") && changes(call.group(2), arguments)) {
                    calls.inOrder.add(position);
                }
            }
        }
        return calls;
    }

    private static boolean changes(String call, String arguments) {
        return !call.equals("openat") || arguments.contains("O_CREAT") || arguments.contains("O_RDWR")
                || arguments.contains("O_WRONLY");
    }
}
