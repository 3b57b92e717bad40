package ctl.vm.archive.read;

import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.Workers;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/** A raw image that comes through a pipe, which says neither how long it is nor where its holes are. */
public final class RawPipe {

    private static final long UNKNOWN_SIZE = Long.MAX_VALUE;

    private final ReadableByteChannel pipe;

    public RawPipe(ReadableByteChannel pipe) {
        this.pipe = pipe;
    }

    /**
     * Writes all that comes to the file, which is empty; runs of zeros become holes.
     *
     * @throws ctl.vm.problem.VmException EmptyInput, ForeignPipe, PackedPipe or TinyImage
     */
    public ImageDigest copyTo(DiskFile target, CopyWatcher watcher) {
        // Closed last: the workers may still read its chunks.
        Workers workers = Workers.forUnpacking();
        try (ChunkDigests digests = new ChunkDigests(workers);
                workers) {
            return copy(target, watcher, digests);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private ImageDigest copy(DiskFile target, CopyWatcher watcher, ChunkDigests digests) throws IOException {
        digests.begin(ImageDigest.Chain.START);
        long size = 0;
        for (boolean ended = false; !ended;) {
            Chunk chunk = digests.lend();
            chunk.open(size / ImageDigest.CHUNK_BYTES, UNKNOWN_SIZE);
            int count = chunk.take(pipe);
            if (size == 0) {
                requireRaw(chunk.start());
            }
            size += count;
            ended = count < ImageDigest.CHUNK_BYTES;
            settle(chunk, count, target, digests);
            watcher.copied(count);
            if (watcher.wantsCheckpoint()) {
                watcher.reached(ByteCount.ZERO, Optional.empty(), PackageSource.PIPE);
            }
        }
        // It may end in a hole.
        target.resize(size);
        requireRaw(FileSignature.of(target));
        return digests.chain().end(new ByteCount(size));
    }

    private static void settle(Chunk chunk, int count, DiskFile target, ChunkDigests digests) {
        if (count > 0 && !chunk.isZero()) {
            digests.add(chunk);
            chunk.write(target);
        }
    }

    private static void requireRaw(ByteBuffer start) {
        if (!start.hasRemaining()) {
            throw new Failure.EmptyInput().thrown();
        }
        FileFormat.disk(start).ifPresent(RawPipe::refuse);
        FileFormat.packed(start).ifPresent(format -> {
            throw new Misuse.PackedPipe(format.describe(), format.filter()).thrown();
        });
    }

    /** Some formats are known by the end of the file only. */
    private static void requireRaw(FileSignature whole) {
        FileFormat.disk(whole.start(), whole.end()).ifPresent(RawPipe::refuse);
        if (whole.size() < FileFormat.SECTOR_BYTES) {
            throw new Misuse.TinyImage("what came from standard input", whole.size()).thrown();
        }
    }

    private static void refuse(FileFormat format) {
        throw new Misuse.ForeignPipe(format.describe(), format.unpacker()).thrown();
    }
}
