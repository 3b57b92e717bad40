package ctl.vm.archive.write;

import ctl.vm.archive.member.HashedChunk;
import ctl.vm.archive.member.MemberWriter;
import ctl.vm.archive.member.PackageDigest;
import ctl.vm.archive.tar.TarHeader;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.archive.write.PackingLine.PackedBlock;
import ctl.vm.durable.Disk;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.PackageOrigin;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes images into a package, in one pass and reading nothing but data: add each image, then finish. Plain
 * {@code tar xzf} unpacks it, holes and modification times included.
 *
 * <p>A package is whole only after {@link #finish}. Closing it before leaves an archive without an end, which every
 * careful reader refuses. The same images of the same origin always become the same bytes, however often packing them
 * was interrupted.
 *
 * <p>What the sink and the images report travels up as {@link java.io.UncheckedIOException}.
 */
public final class PackageWriter implements AutoCloseable {

    private static final int END_BYTES = 2 * TarInput.BLOCK_BYTES;

    /** GNU tar fills an archive up to a multiple of 20 blocks. */
    private static final int RECORD_BYTES = 20 * TarInput.BLOCK_BYTES;

    private final Disk disk;
    private final PackageSink sink;
    private final MemberWriter writer;
    private final PackingLine line;
    private final PackageDigest digest;
    private final Optional<PackageOrigin> origin;
    private PackageCheckpoint done;
    private boolean closed;

    /**
     * @param writers makes as many as are needed
     * @param done what the sink holds already
     * @param digest of what the sink holds already
     * @param origin what the package says of where it comes from
     */
    public PackageWriter(
            Disk disk, PackageSink sink, Supplier<MemberWriter> writers, PackageCheckpoint done,
            PackageDigest digest, Optional<PackageOrigin> origin) {
        this.origin = origin;
        this.disk = disk;
        this.sink = sink;
        this.writer = writers.get();
        this.line = new PackingLine(writers);
        this.done = done;
        this.digest = digest;
    }

    /**
     * Adds an image, or what is missing of it. When this fails, nothing can be added any more.
     *
     * @throws ctl.vm.problem.VmException SourceChanged, when another process wrote to the image meanwhile
     */
    public void add(ImageName image, Path path, PackingWatcher watcher) {
        if (done.image(image).filter(PackedImage::isWhole).isPresent()) {
            return;
        }
        try (var source = new SourceImage(disk, image, path)) {
            add(source, watcher);
            source.requireUnchanged();
        } catch (Throwable failed) {
            close();
            throw failed;
        }
    }

    /** Writes the end of the archive and of its compression, and makes all durable. Nothing can be added after it. */
    public PackageCheckpoint finish() {
        try {
            if (!done.complete()) {
                end();
                done = done.completed(digest.end());
            }
            sink.sync();
            return done;
        } finally {
            close();
        }
    }

    /** Gives threads and memory back. What is written stays as it is. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            writer.close();
            line.close();
        }
    }

    private void add(SourceImage image, PackingWatcher watcher) {
        if (done.image(image.name()).isEmpty()) {
            begin(image);
        }
        long position = done.image(image.name()).orElseThrow().packed().bytes();
        pack(image.blocks(position, writer.blockBytes()), block -> {
            done = done.with(longer(done.images().getLast(), block));
            watcher.packed(block.tarBytes());
            if (watcher.wantsCheckpoint()) {
                sink.sync();
                watcher.reached(done);
            }
        });
        // With the hole at its end.
        PackedImage packed = done.image(image.name()).orElseThrow();
        done = done.with(packed.with(packed.source().size(), packed.chain()));
    }

    private void begin(SourceImage image) {
        var headers = new ByteArrayOutputStream();
        if (done.written().equals(ByteCount.ZERO)) {
            write(ByteBuffer.wrap(writer.opening()), 0);
            origin.ifPresent(said -> headers.writeBytes(TarHeader.comment(said.toString())));
        }
        headers.writeBytes(new byte[padding()]);
        headers.writeBytes(image.header());
        pack(headers(headers.toByteArray()), _ -> {});
        done = done.with(image.begun());
    }

    private void end() {
        long unpacked = done.unpacked().bytes();
        long length = archiveBytes(new ByteCount(unpacked + padding())).bytes();
        pack(headers(new byte[(int) (length - unpacked)]), _ -> {});
        write(ByteBuffer.wrap(writer.closing(done.members(), done.digest())), 0);
    }

    /** The length of an archive with its end. @param members bytes of all images in it, with what is said of them */
    static ByteCount archiveBytes(ByteCount members) {
        long records = Math.ceilDiv(members.plus(new ByteCount(END_BYTES)).bytes(), RECORD_BYTES);
        return new ByteCount(RECORD_BYTES).times(records);
    }

    private int padding() {
        return TarInput.padding(done.unpacked().bytes());
    }

    /** Cut into as many as fit into members: the map of a torn image takes many MiB. */
    private Iterator<Block> headers(byte[] bytes) {
        List<Block> headers = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += writer.blockBytes()) {
            headers.add(new Block.Headers(
                    Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + writer.blockBytes()))));
        }
        return headers.iterator();
    }

    private void pack(Iterator<? extends Block> blocks, Consumer<PackedBlock> written) {
        while (blocks.hasNext() || !line.isIdle()) {
            while (blocks.hasNext() && !line.isFull()) {
                line.put(blocks.next(), done.members() == 0 && line.isIdle());
            }
            line.take(block -> {
                write(block.member(), block.tarBytes());
                done = block.digest().map(done::with).orElse(done);
                written.accept(block);
            });
        }
    }

    private void write(ByteBuffer bytes, long tarBytes) {
        long length = bytes.remaining();
        digest.add(bytes);
        sink.write(bytes);
        done = done.with(length, tarBytes);
    }

    private static PackedImage longer(PackedImage image, PackedBlock block) {
        ImageDigest.Chain chain = image.chain();
        for (HashedChunk chunk : block.chunks()) {
            chain = chunk.addTo(chain);
        }
        return image.with(new ByteCount(block.end()), chain);
    }
}
