package ctl.vm.archive.read;

import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
import ctl.vm.durable.SourceFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A package that is read from front to back: a file, or what comes through a pipe. */
public final class PackageSource implements AutoCloseable {

    static final int IMAGE_MODE = 0666;

    /** What comes through a pipe cannot be compared with anything. It is never recorded. */
    static final Checkpoint.Source PIPE = new Checkpoint.Source(
            ByteCount.ZERO, Instant.EPOCH, Instant.EPOCH, 0);

    private final Disk disk;
    private final Optional<SourceFile> file;
    private final PackageReader reader;
    private final boolean isWhole;
    private boolean ended;

    private PackageSource(Disk disk, Optional<SourceFile> file, PackageReader reader, PackageReader.Scope scope) {
        this.disk = disk;
        this.file = file;
        this.reader = reader;
        this.isWhole = scope == PackageReader.Scope.ALL;
    }

    public static PackageSource ofFile(
            Disk disk, Compressors compressors, Path path, PackageLimits limits, PackageReader.Scope scope) {
        var file = new SourceFile(disk, path);
        return new PackageSource(disk, Optional.of(file),
                new PackageReader(PackedInput.channel(file.bytes()), path.toString(), limits, compressors, scope),
                scope);
    }

    public static PackageSource ofPipe(
            Disk disk, Compressors compressors, ReadableByteChannel pipe, PackageLimits limits,
            PackageReader.Scope scope) {
        return new PackageSource(disk, Optional.empty(),
                new PackageReader(pipe, "standard input", limits, compressors, scope), scope);
    }

    /** Bytes of the package's file; a pipe does not say how many will come. */
    public Optional<ByteCount> size() {
        return file.map(open -> new ByteCount(open.before().size()));
    }

    /** What reads it: for what is known of the package besides its images. */
    public PackageReader reader() {
        return reader;
    }

    /** The next image; empty once the whole package has been read and proved. */
    public Optional<Member> next() {
        if (file.isEmpty()) {
            reader.requireInput();
        }
        Optional<Member> next = reader.next();
        ended |= next.isEmpty();
        return next;
    }

    /**
     * Unpacks an image that {@link #next} just gave, durably and with its modification time. What is durable already,
     * by the checkpoint, is not written again, and not even unpacked where the package allows that.
     *
     * @param target a path that only this program writes to
     */
    public ImageDigest extract(Member member, Path target, Optional<Checkpoint> checkpoint, CopyWatcher watcher) {
        return new ImageTarget(disk, target, state(), watcher).fill(
                checkpoint, member.mode() & IMAGE_MODE, Optional.of(member.modified()), reader::extract);
    }

    /** Whether all of the package was read. */
    public boolean isProved() {
        return isWhole && ended;
    }

    /** Of the package as it stands in its file, where all of it was read. To be asked once. */
    public Optional<Sha256> sha256() {
        return isProved() ? reader.digest() : Optional.empty();
    }

    /** @throws ctl.vm.problem.VmException SourceChanged, when another process wrote to the package meanwhile */
    public void requireUnchanged() {
        file.ifPresent(SourceFile::requireUnchanged);
    }

    @Override
    public void close() {
        reader.close();
        file.ifPresent(SourceFile::close);
    }

    private Checkpoint.Source state() {
        return file.map(SourceFile::before).map(PackageSource::state).orElse(PIPE);
    }

    /** What a file is that an import goes on with: which, and when it was changed last. */
    public static Checkpoint.Source state(Disk.Entry entry) {
        return new Checkpoint.Source(
                new ByteCount(entry.size()), entry.modified(), entry.changed(), entry.inode());
    }
}
