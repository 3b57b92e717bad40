package ctl.vm.archive.write;

import ctl.vm.archive.member.Framing;
import ctl.vm.archive.member.PackageDigest;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes images into a package, in one pass and reading nothing but data. Plain {@code tar xzf} unpacks it, holes and
 * modification times included.
 *
 * <p>A package is whole only after {@link #finish}. Closing it before leaves an archive without an end, which every
 * careful reader refuses. The same images always become the same bytes, however often packing them was interrupted.
 *
 * <p>What the sink and the images report travels up as {@link java.io.UncheckedIOException}.
 */
public final class PackageWriter implements AutoCloseable {

    private static final int END_BYTES = 2 * TarInput.BLOCK_BYTES;

    private final PackageSink sink;
    private final Framing framing;
    private final PackingLine line;
    private final PackageDigest digest;
    private PackageCheckpoint done;
    private boolean closed;

    /**
     * @param framings makes as many as are needed
     * @param done what the sink holds already
     * @param digest of what the sink holds already
     */
    public PackageWriter(PackageSink sink, Supplier<Framing> framings, PackageCheckpoint done, PackageDigest digest) {
        this.sink = sink;
        this.framing = framings.get();
        this.line = new PackingLine(framings);
        this.done = done;
        this.digest = digest;
    }

    /** What is written. */
    PackageCheckpoint done() {
        return done;
    }

    /**
     * Adds one image, or what is missing of it.
     *
     * @param image stays unchanged during the call
     * @throws ctl.vm.problem.VmException SourceChanged, where it has become shorter
     */
    void add(SourceImage image, PackingWatcher watcher) {
        if (done.image(image.name()).isEmpty()) {
            begin(image);
        }
        long position = done.image(image.name()).orElseThrow().packed().bytes();
        pack(image.stretches(position, framing.contentBytes()), piece -> {
            done = done.with(longer(done.images().getLast(), piece));
            watcher.packed(piece.tarBytes());
            if (watcher.wantsCheckpoint()) {
                sink.sync();
                watcher.reached(done);
            }
        });
        done = done.with(whole(done.image(image.name()).orElseThrow()));
    }

    /** Writes the end of the archive and of its compression, and makes all durable. Nothing can be added after it. */
    void finish() {
        if (!done.complete()) {
            end();
            done = done.completed(digest.end());
        }
        sink.sync();
    }

    /** Gives everything back. What is written stays as it is. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            framing.close();
            line.close();
        }
    }

    private void end() {
        long unpacked = done.unpacked().bytes() + padding() + END_BYTES;
        long records = Math.ceilDiv(unpacked, TarConstants.DEFAULT_BLKSIZE);
        pack(frames(new byte[(int) (records * TarConstants.DEFAULT_BLKSIZE - done.unpacked().bytes())]), _ -> {});
        write(ByteBuffer.wrap(framing.isSealed() ? framing.closing(done.members(), done.digest()) : new byte[0]), 0);
    }

    private void begin(SourceImage image) {
        if (done.written().equals(ByteCount.ZERO)) {
            write(ByteBuffer.wrap(framing.opening()), 0);
        }
        byte[] header = image.header();
        byte[] padded = new byte[padding() + header.length];
        System.arraycopy(header, 0, padded, padding(), header.length);
        pack(frames(padded), _ -> {});
        done = done.with(image.begun());
    }

    private int padding() {
        return TarInput.padding(done.unpacked().bytes());
    }

    /** Cut into as many as fit into members: the map of a torn image takes many MiB. */
    private Iterator<Block> frames(byte[] bytes) {
        List<Block> frames = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += framing.contentBytes()) {
            frames.add(new Block.Frame(
                    Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + framing.contentBytes()))));
        }
        return frames.iterator();
    }

    private void pack(Iterator<? extends Block> pieces, Consumer<PackedBlock> written) {
        while (pieces.hasNext() || !line.isIdle()) {
            while (pieces.hasNext() && !line.isFull()) {
                line.put(pieces.next(), done.members() == 0 && line.isIdle());
            }
            line.take(piece -> {
                write(piece);
                written.accept(piece);
            });
        }
    }

    private void write(PackedBlock piece) {
        write(piece.member(), piece.tarBytes());
        done = piece.digest().map(done::with).orElse(done);
    }

    private void write(ByteBuffer bytes, long tarBytes) {
        long length = bytes.remaining();
        digest.add(bytes);
        sink.write(bytes);
        done = done.with(length, tarBytes);
    }

    private static PackedImage longer(PackedImage image, PackedBlock piece) {
        ImageDigest.Chain chain = image.chain();
        for (ExtentReader.Hashed window : piece.windows()) {
            chain = chain.with(window.index(), window.content());
        }
        return image.with(new ByteCount(piece.end()), chain);
    }

    /** With the hole at its end. */
    private static PackedImage whole(PackedImage image) {
        return image.with(image.source().size(), image.chain());
    }
}
