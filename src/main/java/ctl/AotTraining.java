package ctl;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Runs through commands once, in a root of its own. The build watches which classes that takes and puts them into the
 * ahead-of-time caches that later starts begin from. There are four, as the JVM reads all of a cache at each start:
 * one for the commands that leave the journal's database closed, one for those that open it, one for those that pack,
 * unpack or check as well, and one for those that ask a team's server.
 *
 * <p>What only the first command in a new root needs, such as Flyway, would slow all others down: it is in no cache.
 */
final class AotTraining {

    private static final String IMAGE_BYTES = "4194304";
    private static final int FILE_MODE = 0666;
    private static final int PRIVATE_MODE = 0600;

    /** Until a command waits. A wait that is too short leaves out a few classes. */
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final Disk disk = new LinuxDisk();
    private final Path root;

    private AotTraining(Path root) {
        this.root = root;
    }

    /**
     * Prints nothing of what the commands print.
     *
     * @param arguments the part to rehearse, {@code root}, {@code brief}, {@code journal}, {@code team} or
     *     {@code packages}, in this order; and the root, which {@code root} makes and {@code packages} removes
     * @throws IllegalStateException where a command fails
     */
    public static void main(String[] arguments) {
        PrintStream errors = System.err;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        AotTraining rehearsal = new AotTraining(Path.of(arguments[1]).toAbsolutePath());
        try {
            rehearsal.run(arguments[0]);
        } finally {
            System.setErr(errors);
        }
    }

    private void run(String part) {
        switch (part) {
            case "root" -> root();
            case "brief" -> brief();
            case "journal" -> journal();
            case "packages" -> packages();
            case "team" -> team();
            default -> throw new IllegalArgumentException(part);
        }
    }

    private void root() {
        remove(root);
        disk.createFolder(root);
        perform("create", "Original", IMAGE_BYTES);
        perform("create", "Second", IMAGE_BYTES);
        writeImages();
    }

    private void brief() {
        perform("list");
        perform("list", "-l");
        perform("list", "--json");
        perform("operations");
        perform("config");
        perform("__complete", "clone", "");
        perform("__complete", "export", "--");
        perform("__complete", "audit", "");
        perform("--help");
        perform("list", "--help");
    }

    private void journal() {
        perform("list");
        crowd();
        perform("create", "Another", IMAGE_BYTES);
        perform("clone", "Original", "Copy");
        perform("delete", "Copy:ready");
        perform("delete", "-y", "Another");
        perform("trash");
        perform("df");
        perform("undelete", "Copy:ready");
        perform("rename", "Copy", "Renamed");
        perform("list", "--tree");
        perform("info", "Renamed");
        perform("purge", "-y", "Another");
        perform("audit");
        perform("audit", "-l");
        perform("audit", "--json");
        perform("diff", "--since", "yesterday");
        perform("reconcile");
        perform("operations");
        perform("operations", "--json");
    }

    /**
     * A command that finds others at work waits for its turn, and reads what they have written before their listing is
     * there.
     */
    private void crowd() {
        Path listing = root.resolve("journal/listing");
        byte[] before = disk.end(listing, Integer.MAX_VALUE);
        perform("create", "First", IMAGE_BYTES);
        disk.remove(listing);
        try (DiskFile older = disk.create(listing, PRIVATE_MODE)) {
            older.write(ByteBuffer.wrap(before), 0);
        }
        CompletableFuture<Void> waiting;
        try (Disk.Turn _ = disk.queue(root.resolve("journal/queue"))) {
            waiting = CompletableFuture.runAsync(() -> perform("create", "Next", IMAGE_BYTES));
            LockSupport.parkNanos(WAIT.toNanos());
        }
        waiting.join();
        perform("delete", "--now", "-y", "First", "Next");
    }

    private void packages() {
        String image = root.resolve("vm/Original/disk.s2e").toString();
        String packageFile = root.resolve("Rehearsed.tar.gz").toString();
        perform("list");
        perform("export", "Original", packageFile);
        perform("info", "--whole", packageFile);
        perform("import", packageFile, "Imported");
        perform("import", "-r", image, "Raw");
        remove(root);
    }

    /** No server need be there: this process answers as a team's server would. */
    private void team() {
        List<String> events = new String(disk.end(root.resolve("journal/events.jsonl"), Integer.MAX_VALUE),
                StandardCharsets.UTF_8).lines().toList();
        String arrived = events.stream().filter(line -> line.contains("\"name\":\"vm-arrived\"")).findFirst()
                .orElseThrow();
        try (var server = new RehearsedServer(events.getFirst(), arrived)) {
            write(root.resolve("config"), "team-server = " + server.url() + "\n");
            perform("list", "--team");
            perform("list", "--team", "-l");
            perform("list", "--team", "--json");
            perform("info", "--team", "MyBox");
            perform("audit", "--team", "--by", "alice", "--action", "create,clone", "--since", "2026-01-01", "--limit",
                    "1");
            perform("audit", "--in", "hosta", "MyBox", "--json", "--limit", "1");
            perform("operations", "--team");
            perform("trash", "--team");
        }
        disk.remove(root.resolve("config"));
    }

    private void write(Path file, String text) {
        try (DiskFile made = disk.create(file, PRIVATE_MODE)) {
            made.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    private void perform(String... words) {
        String[] arguments = Stream.concat(Stream.of("vm", "--root", root.toString()), Stream.of(words))
                .toArray(String[]::new);
        int exitCode = Main.run(arguments);
        if (exitCode != 0) {
            throw new IllegalStateException("%s exited with %d".formatted(List.of(words), exitCode));
        }
    }

    /** Zeros, data and a hole, so that a copy meets them all; and a snapshot. */
    private void writeImages() {
        Path folder = root.resolve("vm/Original");
        try (DiskFile image = disk.openForWriting(folder.resolve("disk.s2e"));
                DiskFile snapshot = disk.create(folder.resolve("disk.s2e.ready"), FILE_MODE)) {
            byte[] data = "data".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
            image.write(ByteBuffer.allocate(data.length), 0);
            image.write(ByteBuffer.wrap(data), data.length);
            snapshot.write(ByteBuffer.wrap(data), 0);
        }
    }

    private void remove(Path path) {
        disk.entry(path).ifPresent(entry -> {
            if (entry.kind() == Disk.Kind.FOLDER) {
                disk.list(path).forEach(this::remove);
            }
            disk.remove(path);
        });
    }
}
