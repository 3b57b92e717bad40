package ctl.vm.archive.member;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.Failure;
import java.nio.file.Path;

/** A file that is read, and must stay as it is meanwhile. */
public final class SourceFile implements AutoCloseable {

    private final Disk disk;
    private final Path path;
    private final Disk.Entry before;
    private final DiskFile bytes;

    public SourceFile(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
        this.before = entry(disk, path);
        this.bytes = disk.open(path);
    }

    /** What a file is like now, by which later changes are seen. @throws ctl.vm.problem.VmException SourceChanged, where it is gone */
    public static Checkpoint.Source state(Disk disk, Path path) {
        return state(entry(disk, path));
    }

    public DiskFile bytes() {
        return bytes;
    }

    /** What stood there when reading began. */
    public Disk.Entry before() {
        return before;
    }

    /** What it was like when reading began. */
    public Checkpoint.Source state() {
        return state(before);
    }

    /** @throws ctl.vm.problem.VmException SourceChanged, when another process wrote to it since it was opened */
    public void requireUnchanged() {
        if (!before.isUnchangedIn(entry(disk, path))) {
            throw changed(path);
        }
    }

    @Override
    public void close() {
        bytes.close();
    }

    private static Checkpoint.Source state(Disk.Entry entry) {
        return new Checkpoint.Source(new ByteCount(entry.size()), entry.modified(), entry.changed(), entry.inode());
    }

    private static Disk.Entry entry(Disk disk, Path path) {
        return disk.entry(path).orElseThrow(() -> changed(path));
    }

    private static RuntimeException changed(Path path) {
        return new Failure.SourceChanged(path.toString()).thrown();
    }
}
