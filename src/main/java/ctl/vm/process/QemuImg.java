package ctl.vm.process;

import ctl.vm.problem.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The program {@code qemu-img}, which knows the formats of disk images. It may be given an image that wants to do harm.
 *
 * <p>It is told what to open, and as what: {@link #source} names a file that this process has open, by its number, so
 * that what was checked cannot be exchanged, and the format, so that it never guesses. It is a process group of its
 * own, which Ctrl-C does not reach: whoever follows it stops it. It ends with this process, gets no more memory than
 * any real image needs, and speaks English.
 */
public class QemuImg {

    private static final String NAME = "qemu-img";

    /** Put before it, where they are installed: all become the next by exec, so that the process keeps its number. */
    private static final List<List<String>> BEFORE = List.of(
            List.of("setsid"),
            // The kernel kills it when the thread that started it is gone, and with this process all threads are.
            List.of("setpriv", "--pdeathsig", "KILL"),
            // It takes 50 MiB for an image of terabytes; threads and libraries reserve some hundred more.
            List.of("prlimit", "-v4294967296", "-c0"));

    private static final String ENDED = "it ended with status ";

    /** How often whoever follows it is asked to go on. */
    private static final int PAUSE_MILLISECONDS = 100;

    /** Of what it says, more is of no use to anybody. */
    private static final int MOST_OUTPUT_CHARACTERS = 1 << 20;

    private static final Pattern PERCENT = Pattern.compile("\\((\\d+\\.\\d+)/100%\\)");

    /** A message repeats the image as it was told, in quotes, which a user would not recognize. */
    private static final Pattern IMAGE = Pattern.compile("'(json:\\{.*\\}|/proc/\\d+/fd/\\d+)'");

    /** What a full or failing disk answers, in the words of the C library. */
    private static final Map<String, Integer> ERRORS = Map.of(
            "No space left on device", Errno.ENOSPC,
            "Disk quota exceeded", Errno.EDQUOT,
            "File too large", Errno.EFBIG,
            "Read-only file system", Errno.EROFS,
            "Cannot allocate memory", Errno.ENOMEM,
            "Permission denied", Errno.EACCES,
            "Input/output error", Errno.EIO);

    /** How a path stands that needs no escapes, neither in JSON nor as an argument. */
    private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9._-]+)+");

    private final List<String> command;

    QemuImg(List<String> command) {
        this.command = command;
    }

    /** The one on this path of programs. @param path folders with colons between them, as in {@code $PATH} */
    public static Optional<QemuImg> on(String path) {
        return find(path, NAME).map(program -> {
            List<String> command = new ArrayList<>();
            BEFORE.forEach(words -> find(path, words.getFirst()).filter(QemuImg::isWhole).ifPresent(found -> {
                command.add(found.toString());
                command.addAll(words.subList(1, words.size()));
            }));
            command.add(program.toString());
            return new QemuImg(command);
        });
    }

    /**
     * An image that it is to read, which refers to no other file: as an argument.
     *
     * @param format in its own words, such as {@code qcow2}
     * @param file how a file that this process has open is named by others
     */
    public static String source(String format, Path file) {
        return node(format, "{\"driver\":\"file\",\"filename\":\"%s\"}".formatted(plain(file)));
    }

    /**
     * The same for an image that is part of a file.
     *
     * @param offset bytes of the file before the image
     * @param size bytes of the image
     */
    public static String source(String format, Path file, long offset, long size) {
        return node(format,
                "{\"driver\":\"raw\",\"offset\":%d,\"size\":%d,\"file\":{\"driver\":\"file\",\"filename\":\"%s\"}}"
                        .formatted(offset, size, plain(file)));
    }

    /** Only some formats know files behind them; to those that do, one is refused whatever the image says by now. */
    private static String node(String format, String file) {
        String backing = List.of("qcow2", "vmdk").contains(format) ? "\"backing\":null," : "";
        return "json:{\"driver\":\"%s\",%s\"file\":%s}".formatted(format, backing, file);
    }

    private static String plain(Path file) {
        if (!PLAIN.matcher(file.toString()).matches()) {
            throw new IllegalArgumentException("it is no plain path: " + file);
        }
        return file.toString();
    }

    /** Follows it. */
    public interface Progress {

        /** Nobody: for what takes a moment. */
        Progress NONE = _ -> {};

        /**
         * Called several times a second, also when nothing has happened. What this throws ends the program.
         *
         * @param part of its work that is done, from 0 to 1
         */
        void at(double part);
    }

    /** It did not do what it was to do. The message is its own, one line. */
    public static final class Failed extends IOException {

        private static final long serialVersionUID = 1;

        private final int errno;

        Failed(String message) {
            super(message);
            this.errno = ERRORS.entrySet().stream()
                    .filter(error -> message.endsWith(error.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(Errno.UNKNOWN);
        }

        /** Whether it was ended by something else, before it had said anything. */
        public boolean isCut() {
            return getMessage().startsWith(ENDED);
        }

        /** The error number that the message ends in, in words; {@link Errno#UNKNOWN} where it ends in none. */
        public int errno() {
            return errno;
        }
    }

    /**
     * Runs it to its end. If this process is killed meanwhile, it is as well; what it has written by then stays.
     *
     * @return what it printed
     * @throws Failed with the reason that it gave
     * @throws IOException if it cannot be started
     */
    public String run(List<String> arguments, Progress progress) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(command.stream(), arguments.stream()).toList());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("QEMU_"));
        // Each thread would reserve 64 MiB of its own.
        environment.putAll(Map.of("LANG", "C", "LANGUAGE", "C", "MALLOC_ARENA_MAX", "2"));
        Process process = builder.redirectInput(Path.of("/dev/null").toFile()).start();
        try {
            return follow(process, progress);
        } finally {
            end(process);
        }
    }

    private static String follow(Process process, Progress progress) throws IOException {
        var printed = new Text(process.getInputStream());
        var complaints = new Text(process.getErrorStream());
        double part = 0;
        boolean ended = false;
        while (!ended) {
            ended = waitFor(process);
            printed.take();
            complaints.take();
            part = printed.lastPercent().orElse(part);
            progress.at(part);
        }
        printed.takeRest();
        complaints.takeRest();
        if (process.exitValue() != 0) {
            throw new Failed(reason(complaints.toString(), process.exitValue()));
        }
        return printed.toString();
    }

    private static boolean waitFor(Process process) {
        try {
            return process.waitFor(PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while qemu-img runs", interrupted);
        }
    }

    /** However it ended: nobody may find it writing to a file that is used for something else by then. */
    private static void end(Process process) {
        process.destroyForcibly();
        boolean interrupted = Thread.interrupted();
        boolean ended = false;
        while (!ended) {
            try {
                process.waitFor();
                ended = true;
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its last message is the reason; those before it are warnings, or lead to it. */
    private static String reason(String complaints, int status) {
        return Arrays.stream(complaints.split("\n"))
                .map(String::strip)
                .filter(line -> line.startsWith(NAME + ": ") && !line.startsWith(NAME + ": warning: "))
                .map(line -> line.substring(NAME.length() + 2))
                .map(line -> IMAGE.matcher(line).replaceAll("the image"))
                .reduce((_, last) -> last)
                .orElseGet(() -> ENDED + status);
    }

    static Optional<Path> find(String path, String program) {
        return Arrays.stream(path.split(":"))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** One of busybox has the name, and not the options. */
    private static boolean isWhole(Path program) {
        try {
            return !program.toRealPath().getFileName().toString().startsWith("busybox");
        } catch (IOException gone) {
            return false;
        }
    }

    /** What comes through a pipe, taken as it comes, so that the other side never waits. */
    private static final class Text {

        private final InputStream pipe;
        private final StringBuilder text = new StringBuilder();

        Text(InputStream pipe) {
            this.pipe = pipe;
        }

        void take() throws IOException {
            for (int there = pipe.available(); there > 0; there = pipe.available()) {
                add(pipe.readNBytes(there));
            }
        }

        void takeRest() throws IOException {
            add(pipe.readAllBytes());
        }

        private void add(byte[] bytes) {
            if (text.length() + bytes.length <= MOST_OUTPUT_CHARACTERS) {
                text.append(new String(bytes, StandardCharsets.UTF_8));
            }
        }

        /** The newest part that it says is done; what was before it is forgotten. */
        Optional<Double> lastPercent() {
            Optional<Double> last = Optional.empty();
            Matcher percent = PERCENT.matcher(text);
            int end = 0;
            while (percent.find()) {
                last = Optional.of(Double.parseDouble(percent.group(1)) / 100);
                end = percent.end();
            }
            text.delete(0, end);
            return last;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
