package ctl.vm.archive;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.ImageDigest;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A package file that is read from front to back. */
public final class PackageSource implements AutoCloseable {

    private static final int IMAGE_MODE = 0666;

    private final Disk disk;
    private final Path path;
    private final Disk.Entry before;
    private final DiskFile file;
    private final PackageReader reader;

    PackageSource(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
        this.before = entry();
        this.file = disk.open(path);
        this.reader = new PackageReader(new DiskFileChannel(file), path.toString());
    }

    /** The next image; empty once the whole package has been read and proved. */
    public Optional<Member> next() {
        return reader.next();
    }

    /**
     * Unpacks an image that {@link #next} just gave, durably and with its modification time. What is durable already, by
     * the checkpoint, is not written again, and not even unpacked where the package allows that.
     *
     * @param target a path that only we write to
     */
    public ImageDigest extract(Member member, Path target, Optional<Checkpoint> checkpoint, CopyWatcher watcher) {
        FilledImage start = start(target, checkpoint, watcher);
        try (DiskFile image = start.end() > 0 ? disk.openForWriting(target) : create(member, target)) {
            FilledImage filled = reader.extract(image, start, new Marks(image, target, watcher));
            // Before the sync: a time that is set after it is lost by a power cut on btrfs.
            image.setModified(member.modified());
            image.sync();
            if (watcher.wantsCheckpoint()) {
                reach(target, filled, watcher);
            }
            return filled.digest();
        }
    }

    /** @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to the package meanwhile */
    public void requireUnchanged() {
        if (!before.isUnchangedIn(entry())) {
            throw changed();
        }
    }

    /** Names of the members that are no images and were passed over. */
    public List<String> skipped() {
        return reader.skipped();
    }

    @Override
    public void close() {
        reader.close();
        file.close();
    }

    /** Where to go on writing: at the checkpoint, if package and target are still what it was about. */
    private FilledImage start(Path target, Optional<Checkpoint> checkpoint, CopyWatcher watcher) {
        if (checkpoint.isEmpty()) {
            return FilledImage.NOTHING;
        }
        Checkpoint last = checkpoint.get();
        if (last.isOfUse(state(), disk.entry(target).map(Disk.Entry::size))) {
            // An older program has recorded no digest: then the image is unpacked from its start.
            return last.digest()
                    .map(chain -> new FilledImage(last.durable().bytes(), chain))
                    .orElse(FilledImage.NOTHING);
        }
        watcher.startsAnew();
        return FilledImage.NOTHING;
    }

    private DiskFile create(Member member, Path target) {
        disk.remove(target);
        return disk.create(target, member.mode() & IMAGE_MODE);
    }

    /** The name must be as durable as the bytes: else a power cut takes both. */
    private void reach(Path target, FilledImage filled, CopyWatcher watcher) {
        disk.syncFolder(target.getParent());
        watcher.reached(new ByteCount(filled.end()), Optional.of(filled.chain()), state());
    }

    private Checkpoint.Source state() {
        return new Checkpoint.Source(
                new ByteCount(before.size()), before.modified(), before.changed(), before.inode());
    }

    private Disk.Entry entry() {
        return disk.entry(path).orElseThrow(this::changed);
    }

    private RuntimeException changed() {
        return new Failure.SourceChanged(path.toString()).thrown();
    }

    /** Turns the progress of a filling into checkpoints. */
    private final class Marks implements ImageFill.Progress {

        private final DiskFile image;
        private final Path target;
        private final CopyWatcher watcher;

        Marks(DiskFile image, Path target, CopyWatcher watcher) {
            this.image = image;
            this.target = target;
            this.watcher = watcher;
        }

        @Override
        public void filled(long bytes) {
            watcher.copied(bytes);
        }

        @Override
        public boolean wantsCheckpoint() {
            return watcher.wantsCheckpoint();
        }

        @Override
        public void reached(FilledImage filled) {
            image.sync();
            image.forget(0, filled.end());
            reach(target, filled, watcher);
        }
    }
}
