package ctl.vm.durable;

import ctl.vm.problem.Failure;
import java.nio.file.Path;

/** A file that is read, and must stay as it is meanwhile. */
public final class SourceFile implements AutoCloseable {

    private final Disk disk;
    private final Path path;
    private final Disk.Entry before;
    private final DiskFile bytes;

    /** @throws ctl.vm.problem.VmException SourceChanged, where it is gone */
    public SourceFile(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
        this.before = entry();
        this.bytes = disk.open(path);
    }

    public DiskFile bytes() {
        return bytes;
    }

    /** What stood there when reading began. */
    public Disk.Entry before() {
        return before;
    }

    /** @throws ctl.vm.problem.VmException SourceChanged, when another process wrote to it since reading began */
    public void requireUnchanged() {
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
