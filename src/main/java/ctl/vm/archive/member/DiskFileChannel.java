package ctl.vm.archive.member;

import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A file that is read from its first byte on. Closing it leaves the file open for its owner. */
public final class DiskFileChannel implements ReadableByteChannel {

    private final DiskFile file;
    private long position;
    private volatile boolean open = true;

    public DiskFileChannel(DiskFile file) {
        this.file = file;
    }

    @Override
    public int read(ByteBuffer target) {
        int count = file.read(target, position);
        position += Math.max(count, 0);
        return count;
    }

    /** Passes over bytes, which need not be there. */
    void skip(long count) {
        position += count;
    }

    /** Reads bytes that stand further on, as many as there are; what is read next stays the same. */
    void readAhead(ByteBuffer target, long distance) {
        file.readFully(target, position + distance);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }
}
