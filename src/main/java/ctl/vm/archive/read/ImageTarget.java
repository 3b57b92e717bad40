package ctl.vm.archive.read;

import ctl.vm.archive.read.ImageFill.Filled;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * An image in staging that is filled from front to back while its source is read, durably. What is durable already, by
 * a checkpoint, stays.
 *
 * <p>A checkpoint is reported only after the syncs that it promises: of the file, and of the folder that has its name.
 */
final class ImageTarget {

    private final Disk disk;
    private final Path path;
    private final Checkpoint.Source source;
    private final CopyWatcher watcher;

    /**
     * @param path that only this program writes to
     * @param source what it is filled from, as it was when reading began
     */
    ImageTarget(Disk disk, Path path, Checkpoint.Source source, CopyWatcher watcher) {
        this.disk = disk;
        this.path = path;
        this.source = source;
        this.watcher = watcher;
    }

    /** Gives a file its content behind {@code start}, and its size. */
    interface Content {

        Filled fill(DiskFile image, Filled start, ImageFill.Progress progress);
    }

    /**
     * Fills it and makes it durable.
     *
     * @param checkpoint what an earlier attempt recorded
     * @param mode permission bits of the new file, which the umask narrows
     * @param modified its modification time; empty for that of its last write
     */
    ImageDigest fill(Optional<Checkpoint> checkpoint, int mode, Optional<Instant> modified, Content content) {
        Filled start = start(checkpoint);
        try (DiskFile image = start.end() > 0 ? disk.openForWriting(path) : create(mode)) {
            Filled filled = content.fill(image, start, checkpoints(image));
            // Before the sync: a time that is set after it is lost by a power cut on btrfs.
            modified.ifPresent(image::setModified);
            image.sync();
            if (watcher.wantsCheckpoint()) {
                reach(filled);
            }
            return filled.digest();
        }
    }

    /** Where to go on writing: at the checkpoint, if source and target are still what it was about. */
    private Filled start(Optional<Checkpoint> checkpoint) {
        if (checkpoint.isEmpty()) {
            return Filled.NOTHING;
        }
        Checkpoint last = checkpoint.get();
        if (last.isOfUse(source, disk.entry(path).map(Disk.Entry::size))) {
            // An older program has recorded no digest: then the image is filled from its start.
            return last.digest()
                    .map(chain -> new Filled(last.durable().bytes(), chain))
                    .orElse(Filled.NOTHING);
        }
        watcher.startsAnew();
        return Filled.NOTHING;
    }

    private DiskFile create(int mode) {
        disk.remove(path);
        return disk.create(path, mode);
    }

    /** The name must be as durable as the bytes: else a power cut takes both. */
    private void reach(Filled filled) {
        disk.syncFolder(path.getParent());
        watcher.reached(new ByteCount(filled.end()), Optional.of(filled.chain()), source);
    }

    /** Turns the progress of a filling into checkpoints. */
    private ImageFill.Progress checkpoints(DiskFile image) {
        return new ImageFill.Progress() {
            @Override
            public void filled(long bytes) {
                watcher.copied(bytes);
            }

            @Override
            public boolean wantsCheckpoint() {
                return watcher.wantsCheckpoint();
            }

            @Override
            public void reached(Filled filled) {
                image.sync();
                image.forget(0, filled.end());
                reach(filled);
            }
        };
    }
}
