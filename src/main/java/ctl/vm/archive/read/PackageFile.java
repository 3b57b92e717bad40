package ctl.vm.archive.read;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.Failure;
import java.nio.file.Path;

/** A package on a disk that is read, and must stay as it is meanwhile. */
final class PackageFile implements AutoCloseable {

    private final Disk disk;
    private final Path path;
    private final Disk.Entry before;
    private final DiskFile bytes;

    PackageFile(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
        this.before = entry();
        this.bytes = disk.open(path);
    }

    DiskFile bytes() {
        return bytes;
    }

    /** What it was when reading began. */
    Checkpoint.Source state() {
        return new Checkpoint.Source(
                new ByteCount(before.size()), before.modified(), before.changed(), before.inode());
    }

    /** @throws ctl.vm.problem.VmException SourceChanged, when somebody wrote to it meanwhile */
    void requireUnchanged() {
        if (!before.isUnchangedIn(entry())) {
            throw changed();
        }
    }

    @Override
    public void close() {
        bytes.close();
    }

    private Disk.Entry entry() {
        return disk.entry(path).orElseThrow(this::changed);
    }

    private RuntimeException changed() {
        return new Failure.SourceChanged(path.toString()).thrown();
    }
}
