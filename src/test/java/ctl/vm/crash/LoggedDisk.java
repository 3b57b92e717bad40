package ctl.vm.crash;

import static org.awaitility.Awaitility.await;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A disk that keeps a log of all that is written to it: an image behind QEMU's storage daemon, shown as a file that can
 * be mounted. It needs root, {@code /dev/fuse} and Debian's qemu-system-common.
 */
final class LoggedDisk implements AutoCloseable {

    /** Of holes, until it is written. */
    private static final long LOG_BYTES = 4L << 30;

    private final Path shown;
    private final Process daemon;

    /** @param image all that is written ends up there */
    LoggedDisk(Path image) {
        this.shown = image.resolveSibling(image.getFileName() + ".shown");
        Path log = logFile(image);
        try {
            Files.deleteIfExists(log);
            Files.writeString(shown, "");
            Shell.require("truncate", "-s", Long.toString(LOG_BYTES), log.toString());
            daemon = Children.start(new ProcessBuilder("qemu-storage-daemon",
                    "--blockdev", "driver=file,node-name=image,filename=" + image,
                    "--blockdev", "driver=file,node-name=log,filename=" + log,
                    "--blockdev", "driver=blklogwrites,node-name=logged,file=image,log=log,log-sector-size="
                            + BlockLog.SECTOR_BYTES,
                    "--export", "type=fuse,id=shown,node-name=logged,writable=on,mountpoint=" + shown)
                    .inheritIO());
            await().atMost(Duration.ofMinutes(5)).until(() -> Files.size(shown) == Files.size(image));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static void assumeTools() {
        Shell.assumeRoot();
        Shell.assumeTool("qemu-storage-daemon");
        Shell.assume("test", "-w", "/dev/fuse");
    }

    /** What is mounted. */
    Path shown() {
        return shown;
    }

    /** What has been written up to now. */
    static BlockLog log(Path image) throws IOException {
        return new BlockLog(logFile(image));
    }

    private static Path logFile(Path image) {
        return image.resolveSibling(image.getFileName() + ".log");
    }

    /** The log stays. */
    @Override
    public void close() {
        daemon.destroy();
        daemon.onExit().join();
    }
}
