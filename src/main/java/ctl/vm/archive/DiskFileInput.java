package ctl.vm.archive;

import ctl.vm.durable.DiskFile;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A file as a stream that is read from its first byte on. Closing it leaves the file open for its owner. */
public final class DiskFileInput extends InputStream {

    private static final int BUFFER_BYTES = 1 << 18;
    private static final int END = -1;

    private final DiskFile file;

    /** Outside Java's heap, so that the system puts the bytes here. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private long position;

    public DiskFileInput(DiskFile file) {
        this.file = file;
    }

    @Override
    public int read() {
        byte[] single = new byte[1];
        return read(single, 0, 1) == END ? END : Byte.toUnsignedInt(single[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!buffer.hasRemaining() && !fill()) {
            return END;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    private boolean fill() {
        int count = file.read(buffer.clear(), position);
        position += Math.max(count, 0);
        buffer.flip();
        return count > 0;
    }
}
