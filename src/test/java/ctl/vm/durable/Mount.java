package ctl.vm.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A new filesystem, mounted for as long as this is open. It needs root, and skips the test without. */
final class Mount implements AutoCloseable {

    /** XFS takes no less. */
    private static final long IMAGE_BYTES = 400L << 20;

    private final Path folder = Files.createTempDirectory("mount");
    private final Path image = Files.createTempFile("mount", ".img");

    private Mount() throws IOException {}

    /** @param kind ext4, xfs or btrfs */
    static Mount ofImage(String kind) throws IOException {
        var mount = new Mount();
        try (var image = new RandomAccessFile(mount.image.toFile(), "rw")) {
            image.setLength(IMAGE_BYTES);
        }
        mount.require("mkfs." + kind, "-q", mount.image.toString());
        mount.require("mount", "-o", "loop", mount.image.toString(), mount.folder.toString());
        return mount;
    }

    /** @param bytes how much it holds */
    static Mount inMemory(long bytes) throws IOException {
        var mount = new Mount();
        mount.require("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", mount.folder.toString());
        return mount;
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        assertThat(run(List.of("umount", folder.toString()))).isTrue();
        remove();
    }

    private void require(String... command) throws IOException {
        boolean succeeded = run(List.of(command));
        if (!succeeded) {
            remove();
        }
        assumeTrue(succeeded, String.join(" ", command));
    }

    private void remove() throws IOException {
        Files.delete(folder);
        Files.delete(image);
    }

    private static boolean run(List<String> command) {
        try {
            return Children.start(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD))
                    .waitFor() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
