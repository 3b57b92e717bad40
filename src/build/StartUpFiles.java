import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the files that a start of the program reads beside the jar. A cache holds what an earlier start has loaded,
 * parsed and linked. The JVM reads all of a cache at each start: there is one for each kind of command, and the
 * launcher chooses.
 *
 * <pre>
 * ctl-vm-brief.aot     commands that leave the journal's database closed
 * ctl-vm-journal.aot   commands that open it
 * ctl-vm-packages.aot  commands that also pack, unpack or digest
 * ctl-vm-team.aot      commands that ask a team's server
 * choose-start.bash    how the launcher chooses
 * sources.list         what the jar is made from: the launcher builds again when one of these is newer
 * </pre>
 *
 * <p>Arguments: the folder of the project, and the folder that holds {@code ctl-vm.jar} and gets the files, for the
 * Java that this itself runs on.
 */
final class StartUpFiles {

    /** As the launcher starts it: a cache is believed only by a JVM with the same collector, heap and native access. */
    private static final List<String> OPTIONS = List.of(
            "-Xlog:disable", "-XX:+UseSerialGC", "-Xmx192m", "--enable-native-access=ALL-UNNAMED");

    private final Path java;
    private final Path folder;
    private final Path root;

    private StartUpFiles(Path java, Path folder) {
        this.java = java;
        this.folder = folder;
        this.root = folder.resolve("rehearsal");
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]).toAbsolutePath();
        listSources(Path.of(arguments[0]), folder);
        make(Path.of(System.getProperty("java.home"), "bin", "java"), folder);
    }

    /**
     * @param java the program that will run them: a JVM believes a cache only for the very runtime and jars that it was
     *     made with
     */
    static void make(Path java, Path folder) throws IOException {
        StartUpFiles startUp = new StartUpFiles(java, folder);
        startUp.rehearse("root");
        startUp.rehearse("brief", "-XX:AOTCacheOutput=" + folder.resolve("ctl-vm-brief.aot"));
        startUp.rehearse("journal", "-XX:AOTCacheOutput=" + folder.resolve("ctl-vm-journal.aot"));
        startUp.rehearse("team", "-XX:AOTCacheOutput=" + folder.resolve("ctl-vm-team.aot"));
        startUp.rehearse("packages", "-XX:AOTCacheOutput=" + folder.resolve("ctl-vm-packages.aot"));
        // Last: while it is missing, the program counts as not built.
        Files.writeString(folder.resolve("choose-start.bash"), startUp.run(List.of(), List.of("ctl.LauncherCases")));
    }

    /** Folders as well: a file that was added, removed or replaced makes its folder newer. */
    private static void listSources(Path project, Path folder) throws IOException {
        List<String> sources = new ArrayList<>();
        for (String part : List.of("src/main", "src/build", "db/migrations", "db/team", "pom.xml")) {
            try (Stream<Path> found = Files.walk(project.resolve(part))) {
                found.map(source -> project.relativize(source).toString()).sorted().forEach(sources::add);
            }
        }
        Files.write(folder.resolve("sources.list"), sources);
    }

    private void rehearse(String part, String... options) throws IOException {
        run(List.of(options), List.of("ctl.AotTraining", part, root.toString()));
    }

    /** Returns what it printed. */
    private String run(List<String> options, List<String> program) throws IOException {
        List<String> command = Stream.of(List.of(java.toString()), options, OPTIONS,
                List.of("-cp", folder.resolve("ctl-vm.jar").toString()), program)
                .flatMap(List::stream)
                .toList();
        Path output = Files.createTempFile("start-up", ".log");
        try {
            ProcessBuilder rehearsal = new ProcessBuilder(command)
                    .redirectErrorStream(true).redirectOutput(output.toFile());
            // The builder's own team is not asked.
            rehearsal.environment().remove("CTL_TEAM");
            int exit = rehearsal.start().waitFor();
            if (exit != 0) {
                throw new IOException("%s exited with %d: %s".formatted(command, exit, Files.readString(output)));
            }
            return Files.readString(output);
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        } finally {
            Files.delete(output);
        }
    }
}
