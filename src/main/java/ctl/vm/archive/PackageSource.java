package ctl.vm.archive;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** A package file that is read from front to back. */
public final class PackageSource implements AutoCloseable {

    private static final int IMAGE_MODE = 0666;

    private final Disk disk;
    private final DiskFile file;
    private final PackageReader reader;

    PackageSource(Disk disk, Path path) {
        this.disk = disk;
        this.file = disk.open(path);
        this.reader = new PackageReader(new DiskFileInput(file), path.toString());
    }

    /** The next image; empty once the whole package has been read and proved. */
    public Optional<Member> next() {
        return reader.next();
    }

    /**
     * Unpacks an image that {@link #next} just gave, durably and with its modification time.
     *
     * @param target a path that only we write to; what an earlier attempt left there is replaced
     * @param written told how many bytes of data have been unpacked since it was told last
     */
    public void extract(Member member, Path target, LongConsumer written) {
        disk.remove(target);
        try (DiskFile image = disk.create(target, member.mode() & IMAGE_MODE)) {
            reader.extract(image, written);
            // Before the sync: a time that is set after it is lost by a power cut on btrfs.
            image.setModified(member.modified());
            image.sync();
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
}
