package ctl.vm.crash;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** A filesystem of its own, mounted for as long as this is open. It needs root. */
final class Filesystem implements AutoCloseable {

    private static final Duration UNMOUNT_LIMIT = Duration.ofMinutes(1);

    private final Path folder;
    private boolean open = true;

    private Filesystem(Path folder) {
        this.folder = folder;
    }

    /** Those on which a campaign is to run: all, or the one that was asked for with {@code -Dcrash.filesystem=xfs}. */
    static List<String> kindsAsked() {
        return List.of(System.getProperty("crash.filesystem", "ext4,xfs,btrfs").split(","));
    }

    static Filesystem inMemory(Path folder, long bytes) {
        Shell.assumeRoot();
        Shell.assume("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString());
        return new Filesystem(folder);
    }

    /** @param kind ext4, xfs or btrfs; the latter two take no less than some hundred MiB */
    static Filesystem made(String kind, Path image, Path folder, long bytes) {
        Shell.assumeRoot();
        Shell.assumeTool("mkfs." + kind);
        Shell.require("truncate", "-s", Long.toString(bytes), image.toString());
        if (kind.equals("ext4")) {
            Shell.assume("mkfs.ext4", "-q", "-m", "0", image.toString());
        } else {
            Shell.assume("mkfs." + kind, "-q", image.toString());
        }
        Shell.assume("mount", "-o", "loop", image.toString(), folder.toString());
        return new Filesystem(folder);
    }

    /** Mounts what has been made before. */
    static Filesystem mounted(Path image, Path folder) {
        Shell.require("mount", "-o", "loop", image.toString(), folder.toString());
        return new Filesystem(folder);
    }

    Path folder() {
        return folder;
    }

    /** Writes until nothing fits any more, and gives some of it back. */
    void fillUpTo(long freeBytes) {
        Path filler = folder.resolve("filler");
        try (var file = Files.newByteChannel(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int block = 1 << 16; block >= 1; block = block > 4096 ? 4096 : block / 4096) {
                fill(file, block);
            }
            file.truncate(Math.max(0, file.size() - freeBytes));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Shell.require("sync", "-f", folder.toString());
    }

    private static void fill(java.nio.channels.SeekableByteChannel file, int block) {
        try {
            while (file.write(java.nio.ByteBuffer.allocate(block)) > 0) {
                // Until it is full.
            }
        } catch (IOException full) {
            // That was the aim.
            return;
        }
    }

    /** Makes room again. */
    void relieve() {
        try {
            Files.delete(folder.resolve("filler"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        unmount();
    }

    /**
     * Nothing happens the second time. A child that another thread starts in this moment has our open files until it
     * executes its program, so the filesystem can be busy for an instant after everything on it was closed.
     */
    void unmount() {
        if (open) {
            open = false;
            await().atMost(UNMOUNT_LIMIT).untilAsserted(() -> Shell.require("umount", folder.toString()));
        }
    }
}
