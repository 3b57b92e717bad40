package ctl.vm.archive.write;

import ctl.vm.durable.DiskFile;
import ctl.vm.problem.Failure;
import java.io.PrintStream;
import java.nio.ByteBuffer;

/** Where the bytes of a package go, from its first to its last. */
public interface PackageSink {

    /** Writes all remaining bytes. */
    void write(ByteBuffer bytes);

    /** Makes what is written durable, as far as it can be. */
    void sync();

    /**
     * A file.
     *
     * <p>The kernel is asked early to write, so that a sync is short, and to give up the memory of what is synced:
     * packing a large image must not push everything else out of it. What is read of the images stays, as others may be
     * using it; being unchanged, it can be given up at any time.
     */
    final class ToFile implements PackageSink {

        /** How much is handed to the disk at once. */
        private static final int HANDED_ON_BYTES = 8 << 20;

        private final DiskFile file;
        private long position;
        private long handedOn;

        /** @param position where to go on; what the file holds behind it has been cut off */
        public ToFile(DiskFile file, long position) {
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

    /** A process that reads our output. It decides what is durable. */
    record ToStream(PrintStream output) implements PackageSink {

        /** @throws ctl.vm.problem.VmException OutputLost, where nothing reads it any more */
        @Override
        public void write(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            output.write(copy, 0, copy.length);
            if (output.checkError()) {
                throw new Failure.OutputLost().thrown();
            }
        }

        @Override
        public void sync() {}
    }
}
