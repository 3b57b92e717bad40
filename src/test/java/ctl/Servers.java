package ctl;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The PostgreSQL servers of the tests: real ones, of two versions, on free ports of 127.0.0.1.
 *
 * <p>The {@link #shared()} ones are started when they are first asked for, once for each JVM, and end with it. A test
 * gets databases of its own there, and must leave the server as it was; who kills, fills or reconfigures a server
 * starts one with {@link #start}. None of them syncs its files unless that is asked for.
 *
 * <p>All have these logins, which need no password: {@code owner}, who owns the databases; {@code writer_a} and
 * {@code writer_b} of the role {@code ctl_writer}; {@code reader} of the role {@code ctl_reader}; and
 * {@code postgres}, who may do everything. Members of the role {@code ctl_password} need theirs, which is
 * {@link #PASSWORD}; {@code locked} is one.
 */
public final class Servers {

    /** The password of every login. Only members of {@code ctl_password} are asked for it. */
    public static final String PASSWORD = "correct horse: battery/staple";

    /** The version whose programs stand in the class path. */
    public static final int NEWEST = 18;

    /** The version of Debian 12, which the tests use where it is installed. */
    public static final int DEBIAN = 15;

    private static final String BINARIES = "/postgres-linux-x86_64.txz";

    private static final Map<Integer, PostgresServer> SHARED = new TreeMap<>();

    private Servers() {}

    /** The newest server, which stands for all of them where the version does not matter. */
    public static PostgresServer shared() {
        return shared(NEWEST);
    }

    /** The server of that version. */
    public static PostgresServer shared(int version) {
        synchronized (SHARED) {
            return SHARED.computeIfAbsent(version, Servers::start);
        }
    }

    /** The versions that can be started here: the newest one always, Debian's where it is installed. */
    public static List<Integer> versions() {
        return Stream.of(DEBIAN, NEWEST).filter(version -> version == NEWEST || Files.exists(installed(version)))
                .toList();
    }

    /**
     * Starts a server for one test, which has to close it.
     *
     * @param settings as in {@code postgresql.conf}: {@code fsync=on}
     */
    public static PostgresServer start(int version, String... settings) {
        return startIn(folder("server"), version, settings);
    }

    /** The same with its files in that folder, which need not exist. */
    public static PostgresServer startIn(Path folder, int version, String... settings) {
        return PostgresServer.create(programs(version), folder, List.of(settings));
    }

    /** The folder with {@code postgres} and {@code initdb} of that version. */
    public static Path programs(int version) {
        return version == NEWEST ? unpacked() : installed(version);
    }

    private static Path installed(int version) {
        return Path.of("/usr/lib/postgresql/%d/bin".formatted(version));
    }

    /** The programs of the class path, unpacked once for each build folder. */
    private static synchronized Path unpacked() {
        Path unpacked = Path.of("target/postgresql-" + NEWEST).toAbsolutePath();
        if (Files.exists(unpacked)) {
            return unpacked.resolve("bin");
        }
        try (InputStream binaries = Servers.class.getResourceAsStream(BINARIES)) {
            Path folder = folder("unpacking");
            Files.createDirectories(folder);
            Path archive = folder.resolve("binaries.txz");
            Files.copy(binaries, archive);
            run(List.of("tar", "-xJf", archive.toString(), "-C", folder.toString()));
            Files.delete(archive);
            // Another JVM of the same build may have been quicker.
            if (!Files.exists(unpacked)) {
                Files.move(folder, unpacked, StandardCopyOption.ATOMIC_MOVE);
            }
            return unpacked.resolve("bin");
        } catch (IOException e) {
            if (Files.exists(unpacked)) {
                return unpacked.resolve("bin");
            }
            throw new UncheckedIOException(e);
        }
    }

    /** A name below {@code target} that no other server and no other JVM has. */
    static Path folder(String kind) {
        return Path.of("target/servers").toAbsolutePath()
                .resolve("%s-%d-%d".formatted(kind, ProcessHandle.current().pid(), System.nanoTime()));
    }

    /** Runs a program to its end, with success. */
    static void run(List<String> command) throws IOException {
        Process process = Children.start(command.toArray(String[]::new));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("%s: %s".formatted(String.join(" ", command), output));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
