package ctl.vm.archive;

import ctl.vm.durable.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Fills a file with the data of a member. Blocks of zeros are not written, so that an image that was packed without a
 * map of its holes gets them back.
 */
final class ImageFill {

    /** The granularity of holes on common filesystems. */
    private static final int BLOCK_BYTES = 4096;
    private static final int BUFFER_BYTES = 1 << 18;

    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** Outside Java's heap, so that the system takes the bytes from here. */
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final TarInput input;

    ImageFill(TarInput input) {
        this.input = input;
    }

    /** Follows a filling. */
    interface Progress {

        /** So many bytes of data more are in the file, and every byte before the position. */
        void filled(long bytes, long position);
    }

    /**
     * Gives the file this content.
     *
     * @param start what stands before this position is right already, and only read; what stands behind it is replaced
     */
    void fill(DiskFile target, Content content, long start, Progress progress) throws IOException {
        target.resize(Math.min(start, content.size()));
        target.resize(content.size());
        Segments data = content.data();
        for (int index = 0; index < data.count(); index++) {
            copy(target, data.start(index), data.end(index), start, progress);
        }
    }

    private void copy(DiskFile target, long from, long end, long start, Progress progress) throws IOException {
        for (long position = from; position < end;) {
            // Up to a multiple of the buffer's size, so that blocks of the file are whole in the buffer.
            int length = (int) Math.min(end - position, BUFFER_BYTES - position % BUFFER_BYTES);
            input.read(buffer, length);
            if (position + length > start) {
                writeData(target, position, length);
            }
            position += length;
            progress.filled(length, position);
        }
    }

    /** Writes what is not zero, as few times as possible. */
    private void writeData(DiskFile target, long position, int length) {
        int dataStart = 0;
        for (int start = 0; start < length;) {
            int end = (int) Math.min(length, start + BLOCK_BYTES - (position + start) % BLOCK_BYTES);
            if (TarInput.isZero(buffer, start, end - start)) {
                write(target, position, dataStart, start);
                dataStart = end;
            }
            start = end;
        }
        write(target, position, dataStart, length);
    }

    private void write(DiskFile target, long position, int start, int end) {
        if (start < end) {
            outgoing.clear().put(buffer, start, end - start).flip();
            target.write(outgoing, position + start);
        }
    }
}
