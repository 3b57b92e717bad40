package ctl.vm.archive.write;

import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;

/**
 * A package that goes into a file.
 *
 * <p>The kernel is told early to write, so that a sync is short, and to give up the memory of what is synced: who packs a
 * large image must not push everything else out of it. What is read of the images stays, as others may be using it; being
 * unchanged, it can be given up at any time.
 */
public final class FileSink implements PackageSink {

    /** How much is handed to the disk at once. */
    private static final int HANDED_ON_BYTES = 8 << 20;

    private final DiskFile file;
    private long position;
    private long handedOn;

    /** @param position where to go on; what the file holds behind it has been cut off */
    public FileSink(DiskFile file, long position) {
        this.file = file;
        this.position = position;
        this.handedOn = position;
    }

    @Override
    public void write(ByteBuffer bytes) {
        long length = bytes.remaining();
        file.write(bytes, position);
        position += length;
        if (position - handedOn >= HANDED_ON_BYTES) {
            file.startWriting(handedOn, position - handedOn);
            handedOn = position;
        }
    }

    @Override
    public void sync() {
        file.sync();
        file.forget(0, position);
    }
}
