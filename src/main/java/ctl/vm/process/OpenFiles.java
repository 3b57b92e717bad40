package ctl.vm.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The processes that have a file open, found in {@code /proc}: only among those that this user may look into.
 */
public final class OpenFiles {

    private static final Path PROCESSES = Path.of("/proc");
    private static final Path BLOCK_DEVICES = Path.of("/sys/block");
    private static final int ACCESS_BITS = 3;
    private static final String MACHINE = "qemu";

    /** The kernel keeps no more of a command's name. */
    private static final int SHORT_NAME_LENGTH = 15;

    private final Path path;
    private final long device;
    private final long inode;

    /**
     * A process that has a file open, for people to read.
     *
     * @param description such as {@code qemu-system-i386 (pid 4242)}
     */
    public record Holder(String description) {

        /** Of another user, in another container, or in the kernel. */
        public static final Holder UNSEEN = new Holder("a process that you may not see");

        public static final Holder GONE = new Holder("a process that has ended since");

        static Holder process(String command, long pid) {
            return new Holder("%s (pid %d)".formatted(command, pid));
        }
    }

    public OpenFiles(Path path, long device, long inode) {
        this.path = path;
        this.device = device;
        this.inode = inode;
    }

    public Optional<Holder> writer() {
        return find(OpenFiles::isForWriting).or(this::loopDevice);
    }

    public Optional<Holder> anyone() {
        return find(_ -> true).or(this::loopDevice);
    }

    /**
     * A program of QEMU that names the file on its command line, which everybody may read, while the files that it has
     * open are another user's affair.
     */
    public Optional<Holder> namedByMachine() {
        String absolute = absolutePath();
        return first(PROCESSES, "[0-9]*", process -> !Files.isReadable(process.resolve("fd"))
                && arguments(process).contains(absolute)
                && program(process).startsWith(MACHINE)
                        ? Optional.of(Holder.process(program(process), pid(process)))
                        : Optional.empty());
    }

    private Optional<Holder> find(Predicate<Path> wanted) {
        long self = ProcessHandle.current().pid();
        return first(PROCESSES, "[0-9]*", process -> {
            long pid = pid(process);
            return pid == self
                    ? Optional.empty()
                    : first(process.resolve("fd"), "*", open -> isTheFile(open) && wanted.test(open)
                            ? Optional.of(Holder.process(command(process), pid))
                            : Optional.empty());
        });
    }

    private boolean isTheFile(Path open) {
        try {
            Map<String, Object> attributes = Files.readAttributes(open, "unix:dev,ino");
            return attributes.get("ino").equals(inode) && attributes.get("dev").equals(device);
        } catch (IOException closed) {
            return false;
        }
    }

    private static boolean isForWriting(Path open) {
        Path facts = open.getParent().resolveSibling("fdinfo").resolve(open.getFileName());
        return text(facts).lines()
                .filter(line -> line.startsWith("flags:"))
                .anyMatch(line -> (Long.parseLong(line.substring(6).strip(), 8) & ACCESS_BITS) != 0);
    }

    /** The name of its program: whole where the process has not given itself another one. */
    private static String command(Path process) {
        String shortName = text(process.resolve("comm")).strip();
        String name = program(process);
        return shortName.length() == SHORT_NAME_LENGTH && name.startsWith(shortName) ? name : shortName;
    }

    private static String program(Path process) {
        String program = arguments(process).split("\0", 2)[0];
        return program.substring(program.lastIndexOf('/') + 1);
    }

    private static String arguments(Path process) {
        return text(process.resolve("cmdline"));
    }

    private static long pid(Path process) {
        return Long.parseLong(process.getFileName().toString());
    }

    /** The kernel itself has the file open where it stands behind a loop device. */
    private Optional<Holder> loopDevice() {
        String absolute = absolutePath();
        return first(BLOCK_DEVICES, "loop*",
                device -> text(device.resolve("loop/backing_file")).strip().equals(absolute)
                        ? Optional.of(new Holder("the loop device /dev/" + device.getFileName()))
                        : Optional.empty());
    }

    /** As {@link #text} reads it: a character for each byte. */
    private String absolutePath() {
        return new String(path.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8),
                StandardCharsets.ISO_8859_1);
    }

    private static Optional<Holder> first(Path folder, String pattern, Search search) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
            for (Path entry : entries) {
                Optional<Holder> found = search.in(entry);
                if (found.isPresent()) {
                    return found;
                }
            }
        } catch (IOException | DirectoryIteratorException hiddenOrGone) {
            // Processes end while we look, and those of others are closed to us.
        }
        return Optional.empty();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException hiddenOrGone) {
            return "";
        }
    }

    /** Looks for an opener in one entry of a folder. */
    private interface Search {

        Optional<Holder> in(Path entry);
    }
}
