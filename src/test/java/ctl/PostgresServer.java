package ctl;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of the tests, with its processes and files: {@link Servers}.
 *
 * <p>It ends with {@link #close}, or with the JVM, however that ends.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** For a server that lives for minutes and whose files nobody misses. Those of the caller come after them. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "logging_collector=off", "fsync=off",
            "full_page_writes=off", "shared_buffers=32MB", "max_connections=60", "password_encryption=scram-sha-256",
            "lc_messages=C", "timezone=UTC", "autovacuum=off", "max_wal_size=256MB");

    private static final List<String> ROLES = List.of(
            "CREATE ROLE ctl_writer", "CREATE ROLE ctl_reader", "CREATE ROLE ctl_password",
            "CREATE ROLE owner LOGIN", "CREATE ROLE writer_a LOGIN IN ROLE ctl_writer",
            "CREATE ROLE writer_b LOGIN IN ROLE ctl_writer", "CREATE ROLE reader LOGIN IN ROLE ctl_reader",
            "CREATE ROLE locked LOGIN IN ROLE ctl_password");

    private static final List<String> LOGINS = List.of("owner", "writer_a", "writer_b", "reader", "locked");

    /** Every open one, to be ended with the JVM. */
    private static final Set<PostgresServer> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(PostgresServer::close)));
    }

    private final Path programs;
    private final Path folder;
    private final List<String> settings;
    private final int port;
    private final AtomicInteger databases = new AtomicInteger();
    private Process process;

    private PostgresServer(Path programs, Path folder, List<String> settings, int port) {
        this.programs = programs;
        this.folder = folder;
        this.settings = settings;
        this.port = port;
    }

    /** Makes the files of a new server and starts it. */
    static PostgresServer create(Path programs, Path folder, List<String> settings) {
        var server = new PostgresServer(programs, folder, settings, freePort());
        try {
            Files.createDirectories(folder);
            Servers.run(server.unprivileged(programs.resolve("initdb").toString(), "-D", folder.toString(), "-U",
                    "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync"));
            Files.writeString(folder.resolve("pg_hba.conf"), """
                    hostssl replication,all +ctl_password 127.0.0.1/32 scram-sha-256
                    host    replication,all +ctl_password 127.0.0.1/32 scram-sha-256
                    host    replication,all all           127.0.0.1/32 trust
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.start();
        server.execute("postgres", ROLES.toArray(String[]::new));
        LOGINS.forEach(login -> server.execute("postgres",
                "ALTER ROLE %s PASSWORD '%s'".formatted(login, Servers.PASSWORD)));
        return server;
    }

    /** Its TCP port at 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Its files: {@code pg_hba.conf}, {@code postgresql.auto.conf}. */
    public Path folder() {
        return folder;
    }

    /** What the server has written to its log since it was started last. */
    public String log() {
        try {
            return Files.readString(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new, empty database of the login {@code owner}, in UTF-8, where texts compare as in the collation "C". */
    public String newDatabase() {
        return newDatabase("TEMPLATE template0 LOCALE 'C'");
    }

    /** The same, where texts compare as people in English-speaking countries expect it. */
    public String newEnglishDatabase() {
        return newDatabase("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'");
    }

    /** A copy of a database that nobody is connected to: quicker than to fill an empty one again. */
    public String copyOf(String url) {
        return newDatabase("TEMPLATE " + databaseOf(url));
    }

    private String newDatabase(String options) {
        String name = "test_" + databases.incrementAndGet();
        execute("postgres", "CREATE DATABASE %s OWNER owner ENCODING 'UTF8' %s".formatted(name, options));
        return url("owner", name);
    }

    /** As a user writes it: {@code postgresql://writer_a@127.0.0.1:5433/test_1}. */
    public String url(String login, String database) {
        return "postgresql://%s@127.0.0.1:%d/%s".formatted(login, port, database);
    }

    /** The same database for another login. */
    public static String as(String login, String url) {
        return url.replaceFirst("//[^@]*@", "//" + login + "@");
    }

    /** The same database through another port of this machine, such as a {@link Proxy}'s. */
    public static String through(int port, String url) {
        return url.replaceFirst("127\\.0\\.0\\.1:\\d+", "127.0.0.1:" + port);
    }

    /** The name of the database that a URL of ours ends with. */
    public static String databaseOf(String url) {
        return url.substring(url.lastIndexOf('/') + 1).replaceFirst("\\?.*", "");
    }

    /** Connects with the driver alone, past everything that is under test. */
    public Connection connect(String url) {
        String login = url.replaceFirst(".*//([^@]*)@.*", "$1");
        try {
            return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, databaseOf(url)),
                    login, Servers.PASSWORD);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Executes statements as the user {@code postgres}, each by itself. */
    public void execute(String databaseOrUrl, String... statements) {
        try (Connection connection = connect(url("postgres", databaseOf(databaseOrUrl)));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /** The first column of the answer, as the user {@code postgres}. */
    public List<String> query(String databaseOrUrl, String sql) {
        try (Connection connection = connect(url("postgres", databaseOf(databaseOrUrl)));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Ends all of its processes at once, as a power cut would. Its port refuses connections from then on. */
    public void kill() {
        List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
        all.addAll(process.descendants().toList());
        all.forEach(ProcessHandle::destroyForcibly);
        await(all);
    }

    /** Ends it in order; who is connected is cut off. */
    public void stop() {
        signal("INT");
        await(List.of(process.toHandle()));
    }

    /** Starts it again, after {@link #kill} or {@link #stop}, on the same port with the same files. */
    public void start() {
        var started = new CompletableFuture<Process>();
        // A thread that lives as long as the server, and belongs to no test: the kernel ends the server with it.
        Thread.ofPlatform().daemon().name("server").inheritInheritableThreadLocals(false).start(() -> {
            try {
                Process child = Children.start(new ProcessBuilder(command()).redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(logFile().toFile()));
                started.complete(child);
                child.waitFor();
            } catch (IOException | InterruptedException e) {
                started.completeExceptionally(e);
            }
        });
        process = started.join();
        OPEN.add(this);
        awaitReady();
    }

    /** Ends it in order and starts it again. */
    public void restart() {
        stop();
        start();
    }

    /** A standby: a copy of this server as it is now, which only answers questions. The caller closes it. */
    public PostgresServer standby() {
        stop();
        var standby = new PostgresServer(programs, Servers.folder("standby"), settings, freePort());
        try {
            copyTree(folder, standby.folder);
            Files.createFile(standby.folder.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
        standby.start();
        return standby;
    }

    /** Makes a standby take writes, as after the loss of the server before it. */
    public void promote() {
        execute("postgres", "SELECT pg_promote()");
    }

    /** Has the server read its configuration files again. */
    public void reload() {
        signal("HUP");
    }

    /** Ends it and removes its files. */
    @Override
    public synchronized void close() {
        if (OPEN.remove(this)) {
            // At once, but its shared memory is given back, which it is not when it is killed.
            signal("QUIT");
            await(List.of(process.toHandle()));
            removeTree(folder);
            logFile().toFile().delete();
        }
    }

    private void signal(String name) {
        if (process.isAlive()) {
            try {
                Servers.run(List.of("kill", "-" + name, Long.toString(process.pid())));
            } catch (IOException e) {
                if (process.isAlive()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(
                // Immediate shutdown when the thread that starts it is gone: it gives its shared memory back.
                unprivileged("setpriv", "--pdeathsig", "QUIT", programs.resolve("postgres").toString()));
        command.addAll(List.of("-D", folder.toString(), "-c", "port=" + port));
        Stream.concat(SETTINGS.stream(), settings.stream()).forEach(setting -> command.addAll(List.of("-c", setting)));
        return command;
    }

    /** PostgreSQL refuses to run as root: in a user namespace of its own, root is nobody, and owns his files. */
    private List<String> unprivileged(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("unshare", "--user"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                OPEN.remove(this);
                throw new IllegalStateException("the server does not start: " + log());
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The last line of the file in which the server says what it is doing. A file that was left behind is no answer. */
    private boolean isReady() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("postmaster.pid"));
            return lines.size() > 7 && lines.getFirst().equals(Long.toString(process.pid()))
                    && Set.of("ready", "standby").contains(lines.get(7).strip());
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path logFile() {
        return folder.resolveSibling(folder.getFileName() + ".log");
    }

    private static void await(List<ProcessHandle> processes) {
        CompletableFuture.allOf(processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyTree(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                Path copy = target.resolve(source.relativize(dir));
                Files.createDirectories(copy.getParent());
                try {
                    Files.copy(dir, copy, StandardCopyOption.COPY_ATTRIBUTES);
                } catch (FileAlreadyExistsException _) {
                    // The folder that was made for it.
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.getFileName().toString().equals("postmaster.pid")) {
                    Files.copy(file, target.resolve(source.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void removeTree(Path folder) {
        try {
            Servers.run(List.of("rm", "-rf", folder.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
