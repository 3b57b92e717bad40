package ctl.vm.archive.read;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.Workers;
import ctl.vm.archive.read.ImageFill.ExpansionLimit;
import ctl.vm.archive.read.ImageFill.Filled;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.DamagedData;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.SourceFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe.PackageLimit;
import ctl.vm.problem.Unsafe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A raw image that is read from front to back: what comes through a pipe, compressed or not, or what is in a compressed
 * file. Neither says how long it is nor where its holes are; runs of zeros become holes.
 *
 * <p>Nothing that was read may be published before the end was reached: checksums stand behind the data, and some
 * formats that are no raw image are known by their end only. Unlike an archive, a raw image has no end of its own. So
 * whatever is not the whole of what the compression says is refused, also what stands behind it: it may be the rest of
 * the image, damaged at its beginning.
 */
public final class RawSource implements AutoCloseable {

    private static final long UNKNOWN_SIZE = Long.MAX_VALUE;

    private static final String PIPED = "what came from standard input";

    private final Disk disk;
    private final Optional<SourceFile> file;
    private final String name;
    private final PackageLimits limits;
    private final boolean asItIs;
    private final PackedInput packed;
    private final Workers workers = Workers.forUnpacking();
    private final ChunkDigests digests = new ChunkDigests(workers);
    private final RawInput input;
    private final ExpansionLimit expansion;

    private RawSource(Disk disk, Optional<SourceFile> file, String name, ReadableByteChannel bytes,
            Compressors compressors,
            PackageLimits limits, boolean asItIs) {
        this.disk = disk;
        this.file = file;
        this.name = name;
        this.limits = limits;
        this.asItIs = asItIs;
        this.packed = new PackedInput(bytes);
        this.input = new RawInput(packed, compressors, workers, asItIs);
        this.expansion = new ExpansionLimit(packed, limits.ratioOrUsual());
    }

    /** What is in a compressed file. */
    public static RawSource ofFile(Disk disk, Compressors compressors, Path path, PackageLimits limits) {
        var file = new SourceFile(disk, path);
        return new RawSource(
                disk, Optional.of(file), path.toString(), PackedInput.channel(file.bytes()), compressors, limits,
                false);
    }

    /** @param asItIs whether all that comes is the image, whatever it looks like */
    public static RawSource ofPipe(
            Disk disk, Compressors compressors, ReadableByteChannel pipe, PackageLimits limits, boolean asItIs) {
        return new RawSource(disk, Optional.empty(), PIPED, pipe, compressors, limits, asItIs);
    }

    /** Bytes of the compressed file, or of what came through the pipe, that have been read so far. */
    public long bytesRead() {
        return packed.bytesRead();
    }

    /**
     * Makes an image of it, durably, with the permission bits and the modification time of the file. What is durable
     * already, by the checkpoint, is decompressed again but neither digested nor written.
     *
     * @param target a path that only this program writes to
     * @throws ctl.vm.problem.VmException EmptyInput, EmptyImage, TinyImage; ForeignPipe, PackedPipe or UnfitContent,
     *     where it is no raw image; BadImage or PackageOverLimit; SourceChanged, when another process wrote to the file
     *     meanwhile
     */
    public ImageDigest copyTo(Path target, Optional<Checkpoint> checkpoint, CopyWatcher watcher) {
        Optional<Disk.Entry> before = file.map(SourceFile::before);
        ImageDigest digest = new ImageTarget(
                disk, target, before.map(PackageSource::state).orElse(PackageSource.PIPE), watcher).fill(
                        checkpoint,
                        before.map(entry -> entry.mode() & PackageSource.IMAGE_MODE).orElse(PackageSource.IMAGE_MODE),
                        before.map(Disk.Entry::modified),
                        this::fill);
        file.ifPresent(SourceFile::requireUnchanged);
        return digest;
    }

    /** The compressed file, once all of it was read; empty where nothing was compressed. To be asked once. */
    public Optional<DecompressedFile> decompressed() {
        return input.compression().map(format -> new DecompressedFile(
                format.name().toLowerCase(Locale.ROOT), new ByteCount(bytesRead()), packed.digest().orElseThrow()));
    }

    /** Ends the threads, and then gives back their memory. */
    @Override
    public void close() {
        workers.close();
        input.close();
        digests.close();
        file.ifPresent(SourceFile::close);
    }

    private Filled fill(DiskFile target, Filled start, ImageFill.Progress progress) {
        try {
            // What a power cut has left behind it can be anything.
            target.resize(start.end());
            skip(start, progress);
            Filled filled = copy(target, start, progress);
            requireRaw(FileSignature.of(target));
            return filled;
        } catch (BadPackage bad) {
            throw problem(bad).thrown();
        } catch (DamagedData damaged) {
            throw problem(new BadPackage("is damaged: " + damaged.getMessage())).thrown();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Passes over what is in the file already. */
    private void skip(Filled start, ImageFill.Progress progress) throws IOException {
        for (long position = 0; position < start.end();) {
            long count = input.skip(Math.min(ImageDigest.CHUNK_BYTES, start.end() - position));
            if (count == 0) {
                throw BadPackage.cutOff();
            }
            position += count;
            progress.filled(0);
            if (progress.wantsCheckpoint()) {
                progress.reached(start);
            }
        }
    }

    private Filled copy(DiskFile target, Filled start, ImageFill.Progress progress) throws IOException {
        var writer = new ChunkWriter(target, digests, expansion, start.end());
        digests.begin(start.chain());
        long end = start.end();
        // A part of a chunk is the last one: then all of the image is there.
        boolean isWhole = end % ImageDigest.CHUNK_BYTES > 0;
        if (isWhole && input.skip(1) > 0) {
            throw new Failure.SourceChanged(name).thrown();
        }
        while (!isWhole) {
            Chunk chunk = digests.lend();
            chunk.open(end / ImageDigest.CHUNK_BYTES, UNKNOWN_SIZE);
            int count = chunk.take(input);
            if (end == 0) {
                requireRaw(chunk.start());
            }
            end += count;
            isWhole = count < ImageDigest.CHUNK_BYTES;
            int written = count > 0 ? writer.write(chunk) : 0;
            requireWithinLimit();
            // A hole is nothing that a checkpoint would save. Of a pipe nothing else tells how far it is.
            progress.filled(file.isPresent() ? written : count);
            if (progress.wantsCheckpoint()) {
                resize(target, end);
                progress.reached(new Filled(end, digests.chain()));
            }
        }
        // It may end in a hole.
        resize(target, end);
        return new Filled(end, digests.chain());
    }

    /** No filesystem takes any size: what is larger than that is the fault of the image, not of the disk. */
    private static void resize(DiskFile target, long size) throws BadPackage {
        try {
            target.resize(size);
        } catch (DiskException failed) {
            if (failed.is(Errno.EFBIG, Errno.EINVAL)) {
                throw new BadPackage("has %d bytes so far, which is more than the filesystem takes".formatted(size));
            }
            throw failed;
        }
    }

    private void requireWithinLimit() throws BadPackage {
        if (limits.data().filter(most -> expansion.written() > most.bytes()).isPresent()) {
            throw BadPackage.overLimit("brings what is unpacked to %s of data".formatted(
                    new ByteCount(expansion.written()).brief()), PackageLimit.DATA);
        }
    }

    /** @param start of the image */
    private void requireRaw(ByteBuffer start) {
        if (!start.hasRemaining()) {
            throw input.compression().isEmpty() && file.isEmpty()
                    ? new Failure.EmptyInput().thrown()
                    : new Misuse.EmptyImage(name).thrown();
        }
        if (!asItIs) {
            FileFormat.disk(start).or(() -> FileFormat.packed(start)).ifPresent(this::refuse);
        }
    }

    /** Some formats are known by the end of the file only. */
    private void requireRaw(FileSignature whole) {
        if (!asItIs) {
            FileFormat.disk(whole.start(), whole.end()).ifPresent(this::refuse);
        }
        if (whole.size() < FileFormat.SECTOR_BYTES) {
            throw new Misuse.TinyImage(name, whole.size()).thrown();
        }
    }

    /** @param format of what the image turns out to be */
    private void refuse(FileFormat format) {
        if (input.compression().isPresent()) {
            throw unfit(input.compression().get(), format).thrown();
        }
        throw format.isDisk()
                ? new Misuse.ForeignPipe(format.describe(), format.converter()).thrown()
                : new Misuse.PackedPipe(format.describe(), format.filter()).thrown();
    }

    private Misuse.UnfitContent unfit(FileFormat compression, FileFormat content) {
        return new Misuse.UnfitContent(
                name, file.isEmpty(), compression.describe(), compression.unpacker(),
                content.isDisk() ? "a %s image".formatted(content.describe()) : content.describe(),
                content.isDisk()
                        ? Misuse.UnfitContent.Kind.DISK
                        : content == FileFormat.TAR ? Misuse.UnfitContent.Kind.PACKAGE : Misuse.UnfitContent.Kind.OTHER,
                Optional.empty());
    }

    /** What was said of a package is said of an image. */
    private Problem problem(BadPackage bad) {
        Problem problem = bad.problem(name, "");
        return problem instanceof Unsafe.BadPackage(_, _, var reason)
                ? new Unsafe.BadImage(name, reason, input.compression().map(FileFormat::describe))
                : problem;
    }
}
