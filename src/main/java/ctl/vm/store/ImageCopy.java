package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Copies one file with its holes, modification time and permission bits, and makes the copy durable. */
final class ImageCopy {

    /** Copied between two reports of progress; large enough for the kernel to work undisturbed. */
    private static final long CHUNK_BYTES = 16 << 20;

    private final Disk disk;

    ImageCopy(Disk disk) {
        this.disk = disk;
    }

    /**
     * Copies {@code source} to {@code target}. What an earlier attempt left under that name is replaced. If we die
     * here, only {@code target} has changed, and calling again is the recovery.
     *
     * @param target in a folder that only we write to
     * @param copied told how many bytes of data have been copied since it was told last
     * @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to the source meanwhile
     */
    void copy(Path source, Path target, LongConsumer copied) {
        try (DiskFile from = disk.open(source)) {
            Disk.Entry before = entry(source);
            disk.remove(target);
            try (DiskFile to = disk.create(target, before.mode())) {
                copyData(from, to, copied);
                to.resize(from.size());
                // Before the sync: a time that is set after it is lost by a power cut on btrfs.
                to.setModified(before.modified());
                to.sync();
            }
            if (!before.isUnchangedIn(entry(source))) {
                throw new Failure.SourceChanged(source.toString()).thrown();
            }
        }
    }

    private static void copyData(DiskFile from, DiskFile to, LongConsumer copied) {
        long position = 0;
        Optional<DiskFile.Extent> extent = from.data(position);
        while (extent.isPresent()) {
            position = extent.get().start();
            while (position < extent.get().end()) {
                long bytes = from.copyTo(to, position, Math.min(CHUNK_BYTES, extent.get().end() - position));
                if (bytes == 0) {
                    throw new Failure.SourceChanged(from.path().toString()).thrown();
                }
                position += bytes;
                copied.accept(bytes);
            }
            extent = from.data(position);
        }
    }

    private Disk.Entry entry(Path source) {
        return disk.entry(source)
                .orElseThrow(() -> new Failure.SourceChanged(source.toString()).thrown());
    }
}
