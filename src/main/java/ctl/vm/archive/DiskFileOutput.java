package ctl.vm.archive;

import ctl.vm.durable.DiskFile;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A file as a stream that is written from its first byte on.
 *
 * <p>Closing writes what is still buffered and no more: the file stays open, and who opened it syncs and closes it.
 */
public final class DiskFileOutput extends OutputStream {

    private static final int BUFFER_BYTES = 1 << 20;

    private final DiskFile file;
    /** Outside Java's heap, so that the system takes the bytes from here. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long position;

    public DiskFileOutput(DiskFile file) {
        this.file = file;
    }

    @Override
    public void write(int singleByte) {
        write(new byte[] {(byte) singleByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            int fitting = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, offset + done, fitting);
            done += fitting;
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    /** Writes what is buffered to the file; it is not durable before the file is synced. */
    @Override
    public void flush() {
        buffer.flip();
        long length = buffer.remaining();
        file.write(buffer, position);
        position += length;
        buffer.clear();
    }

    @Override
    public void close() {
        flush();
    }
}
