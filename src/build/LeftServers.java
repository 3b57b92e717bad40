import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Fails where a server that the tests have started still runs, and names it: the next build would find its port taken
 * and its files changing. A server is known by where its files stand, the folder {@code servers} below {@code target};
 * one that the machine runs anyway is nobody's business.
 *
 * <p>Argument: the folder {@code target}.
 */
final class LeftServers {

    private LeftServers() {}

    public static void main(String[] arguments) {
        String files = Path.of(arguments[0]).toAbsolutePath().normalize().resolve("servers") + "/";
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> words(process).stream().anyMatch(word -> word.startsWith(files)))
                .toList();
        left.forEach(process -> System.out.printf("[FAIL] left running by a test: process %d, %.200s%n",
                process.pid(), String.join(" ", words(process))));
        System.exit(left.isEmpty() ? 0 : 1);
    }

    /** Its command line; nothing where it has ended, or is another user's. */
    private static List<String> words(ProcessHandle process) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            return Arrays.asList(new String(line, StandardCharsets.UTF_8).split("\0"));
        } catch (IOException ended) {
            return List.of();
        }
    }
}
