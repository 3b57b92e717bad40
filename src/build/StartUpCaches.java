import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the caches from which starts of the program begin: what an earlier start has loaded, parsed and linked. The JVM
 * reads all of a cache at each start, so that there is one for each kind of command, and the launcher chooses.
 *
 * <pre>
 * ctl-vm-brief.aot     commands that leave the journal's database closed
 * ctl-vm.aot           commands that open it
 * ctl-vm-packages.aot  commands that also pack, unpack or check
 * </pre>
 *
 * <p>Argument: the folder that holds {@code ctl-vm.jar} and gets the caches, for the Java that this itself runs on.
 */
final class StartUpCaches {

    /** As the launcher starts it: a cache is believed only by a JVM with the same collector, heap and native access. */
    private static final List<String> OPTIONS = List.of(
            "-Xlog:disable", "-XX:+UseSerialGC", "-Xmx192m", "--enable-native-access=ALL-UNNAMED");

    private final Path java;
    private final Path folder;
    private final Path root;

    private StartUpCaches(Path java, Path folder) {
        this.java = java;
        this.folder = folder;
        this.root = folder.resolve("rehearsal");
    }

    public static void main(String[] arguments) throws IOException {
        make(Path.of(System.getProperty("java.home"), "bin", "java"), Path.of(arguments[0]).toAbsolutePath());
    }

    /**
     * @param java the program that will run them: a JVM believes a cache only for the very runtime and jars that it was
     *     made with
     */
    static void make(Path java, Path folder) throws IOException {
        StartUpCaches caches = new StartUpCaches(java, folder);
        caches.rehearse("root");
        caches.rehearse("brief", "-XX:AOTCacheOutput=" + folder.resolve("ctl-vm-brief.aot"));
        caches.rehearse("journal", "-XX:AOTCacheOutput=" + folder.resolve("ctl-vm.aot"));
        caches.rehearse("packages", "-XX:AOTCacheOutput=" + folder.resolve("ctl-vm-packages.aot"));
    }

    private void rehearse(String part, String... options) throws IOException {
        List<String> command = Stream.of(
                Stream.of(java.toString()), Stream.of(options), OPTIONS.stream(),
                Stream.of("-cp", folder.resolve("ctl-vm.jar").toString(), "ctl.AotTraining", part, root.toString()))
                .flatMap(words -> words)
                .toList();
        Path words = Files.createTempFile("start-up-cache", ".log");
        try {
            int exit = new ProcessBuilder(command)
                    .redirectErrorStream(true).redirectOutput(words.toFile()).start().waitFor();
            if (exit != 0) {
                throw new IOException("%s exited with %d: %s".formatted(command, exit, Files.readString(words)));
            }
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        } finally {
            Files.delete(words);
        }
    }
}
