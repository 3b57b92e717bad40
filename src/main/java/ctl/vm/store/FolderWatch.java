package ctl.vm.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Notices when something happens in the folder of VMs, or in the folder of a VM: the kernel tells. What it was is for a
 * look at the folder to find out, so that nothing depends on every notice arriving.
 */
public final class FolderWatch implements AutoCloseable {

    private static final WatchEvent.Kind<?>[] KINDS = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE,
        StandardWatchEventKinds.ENTRY_MODIFY};

    private final Path vms;
    private final WatchService kernel;

    FolderWatch(Path vms) {
        this.vms = vms;
        try {
            this.kernel = vms.getFileSystem().newWatchService();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Watches every folder that is there now. To be called before each look at them: what comes later is noticed.
     *
     * @return whether all are watched; the kernel has a limit for each user
     */
    public boolean coverAll() {
        try {
            vms.register(kernel, KINDS);
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(vms, FolderWatch::isVm)) {
                for (Path folder : folders) {
                    cover(folder);
                }
            }
            return true;
        } catch (IOException limited) {
            return false;
        }
    }

    private void cover(Path folder) throws IOException {
        try {
            folder.register(kernel, KINDS);
        } catch (IOException failed) {
            // One that is gone by now, or that we may not read, keeps no other from being watched.
            if (Files.isReadable(folder)) {
                throw failed;
            }
        }
    }

    /** Waits until something happens. @return whether something did */
    public boolean happens(Duration atMost) {
        try {
            WatchKey key = kernel.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
            boolean any = false;
            while (key != null) {
                any |= key.pollEvents().stream().anyMatch(FolderWatch::matters);
                key.reset();
                key = kernel.poll();
            }
            return any;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("our threads are never interrupted", stopped);
        }
    }

    /** What we do ourselves is hidden; where notices were lost, anything may have happened. */
    private static boolean matters(WatchEvent<?> event) {
        return !(event.context() instanceof Path name) || !name.toString().startsWith(".");
    }

    private static boolean isVm(Path path) {
        return !path.getFileName().toString().startsWith(".") && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() {
        try {
            kernel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
