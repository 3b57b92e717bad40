package ctl.vm.archive;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.ImageName;
import ctl.vm.problem.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes images into a package, in one pass and reading nothing but data. Plain {@code tar xzf} unpacks it, holes and
 * modification times included.
 *
 * <p>A package is whole only after {@link #finish}. Closing it before leaves an archive without an end, which every
 * careful reader refuses. The sink is never closed: its owner makes it durable and publishes it.
 *
 * <p>What the sink reports travels up as {@link UncheckedIOException}.
 */
public final class PackageWriter implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int END_BYTES = 2 * TarInput.BLOCK_BYTES;

    /** Outside Java's heap, so that the system puts the bytes here. */
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Sink sink;
    private final TarOutput tar;
    private boolean closed;

    public PackageWriter(OutputStream sink, PackageFormat format) {
        this.sink = new Sink(sink);
        try {
            this.tar = new TarOutput(format.compressed(this.sink));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Adds one image as it is now.
     *
     * @param source stays unchanged during the call
     * @param modified kept to the second
     * @param mode permission bits, such as 0644
     * @param written is told of each piece of data, in bytes; holes do not count
     * @throws ctl.vm.problem.VmException SourceChanged, where the source has become shorter
     */
    public void add(ImageName image, DiskFile source, Instant modified, int mode, LongConsumer written) {
        long size = source.size();
        Segments data = ImageMap.of(source, size, Segments.MAXIMUM);
        try {
            new MemberHeader(tar).write(image.fileName(), size, data, modified, mode);
            for (int index = 0; index < data.count(); index++) {
                copy(source, data.start(index), data.end(index), written);
            }
            tar.pad(TarInput.BLOCK_BYTES);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Writes the end of the archive and of its compression, and flushes the sink. Nothing can be added after it. */
    public void finish() {
        try {
            tar.write(new byte[END_BYTES]);
            tar.pad(TarConstants.DEFAULT_BLKSIZE);
            closed = true;
            tar.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Gives back what the compressor holds. Nothing more reaches the sink: an archive without an end stays one. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        sink.cut();
        try {
            tar.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void copy(DiskFile source, long start, long end, LongConsumer written) throws IOException {
        for (long position = start; position < end;) {
            incoming.clear().limit((int) Math.min(buffer.length, end - position));
            int read = source.read(incoming, position);
            if (read < 1) {
                throw new Failure.SourceChanged(source.path().toString()).thrown();
            }
            incoming.flip().get(buffer, 0, read);
            tar.write(buffer, read);
            written.accept(read);
            position += read;
        }
    }

    /** The caller's stream, which a compressor can close without closing it. */
    private static final class Sink extends OutputStream {

        private OutputStream target;

        Sink(OutputStream target) {
            this.target = target;
        }

        /** From here on everything is dropped. */
        void cut() {
            target = OutputStream.nullOutputStream();
        }

        @Override
        public void write(int singleByte) throws IOException {
            target.write(singleByte);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            target.flush();
        }
    }
}
