package ctl;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs through the commands once, in a root of its own that it removes again. The build watches which classes that takes and
 * puts them into the ahead-of-time cache that later starts begin from.
 */
final class Rehearsal {

    private static final String IMAGE_BYTES = "4194304";
    private static final int FILE_MODE = 0666;

    private final Disk disk = new LinuxDisk();
    private final Path root;

    private Rehearsal(Path root) {
        this.root = root;
    }

    /**
     * Prints nothing of what the commands print.
     *
     * @param arguments the root, a folder that is not there yet or is left from a rehearsal that failed
     * @throws IllegalStateException where a command fails
     */
    public static void main(String[] arguments) {
        PrintStream errors = System.err;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        Rehearsal rehearsal = new Rehearsal(Path.of(arguments[0]).toAbsolutePath());
        rehearsal.remove(rehearsal.root);
        try {
            rehearsal.run();
        } finally {
            System.setErr(errors);
        }
        rehearsal.remove(rehearsal.root);
    }

    private void run() {
        String image = root.resolve("vm/Original/disk.s2e").toString();
        String packageFile = root.resolve("Rehearsed.tar.gz").toString();
        disk.createFolder(root);
        perform("create", "Original", IMAGE_BYTES);
        writeImages();
        perform("list");
        perform("clone", "Original", "Copy");
        perform("export", "Copy", packageFile);
        perform("import", packageFile, "Imported");
        perform("import", "-r", image, "Raw");
        perform("delete", "Copy:ready");
        perform("delete", "-y", "Imported");
        perform("list", "-l");
        perform("list", "--json");
        perform("audit");
        perform("audit", "--json");
        perform("operations");
        perform("operations", "--json");
        perform("reconcile");
        perform("--help");
        perform("list", "--help");
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
