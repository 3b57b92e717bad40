package ctl.vm.archive.read;

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
        // Closed last: the workers may still read its windows.
        Workers workers = Workers.forAllProcessors();
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
            Chunk window = digests.lend();
            window.open(size / ImageDigest.WINDOW_BYTES, UNKNOWN_SIZE);
            int count = window.take(pipe);
            if (size == 0) {
                requireRaw(window.start());
            }
            size += count;
            ended = count < ImageDigest.WINDOW_BYTES;
            settle(window, count, target, digests);
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

    private static void settle(Chunk window, int count, DiskFile target, ChunkDigests digests) {
        if (count == 0 || window.isZero()) {
            digests.giveBack(window);
        } else {
            digests.add(window);
            window.write(target);
        }
    }

    private static void requireRaw(ByteBuffer start) {
        if (!start.hasRemaining()) {
            throw new Failure.EmptyInput().thrown();
        }
        DiskFormat.of(start).ifPresent(RawPipe::refuse);
        PackedFormat.of(start).ifPresent(format -> {
            throw new Misuse.PackedPipe(format.describe(), format.filter()).thrown();
        });
    }

    /** Some formats are known by the end of the file only. */
    private static void requireRaw(FileSignature whole) {
        DiskFormat.of(whole.start(), whole.end()).ifPresent(RawPipe::refuse);
        if (whole.size() < Magic.SECTOR_BYTES) {
            throw new Misuse.TinyImage("what came from standard input", whole.size()).thrown();
        }
    }

    private static void refuse(DiskFormat format) {
        throw new Misuse.ForeignPipe(format.word(), format.converter()).thrown();
    }
}
