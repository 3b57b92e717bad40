package ctl.vm.store;

import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;

/**
 * Copies by reading and writing, where the kernel's own copy will not do: it shares blocks wherever it can, and cannot
 * leave out zeros.
 */
final class CopyThroughMemory implements DataCopy.PieceCopy {

    private static final int BUFFER_BYTES = 1 << 20;

    /** A shorter run of zeros is not worth a hole; filesystems have blocks of this size. */
    private static final int BLOCK_BYTES = 4096;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK_BYTES);

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final boolean leavesOutZeros;

    /** @param leavesOutZeros whether blocks of zeros are not written; the target must be a hole there */
    CopyThroughMemory(boolean leavesOutZeros) {
        this.leavesOutZeros = leavesOutZeros;
    }

    @Override
    public long copy(DiskFile from, DiskFile to, long position, long length) {
        buffer.clear().limit((int) Math.min(length, BUFFER_BYTES));
        int count = Math.max(0, from.read(buffer, position));
        buffer.flip();
        if (leavesOutZeros) {
            writeData(to, position);
        } else {
            to.write(buffer, position);
        }
        return count;
    }

    /** Writes each run of blocks that are not all zeros. Blocks are counted from the start of the file. */
    private void writeData(DiskFile to, long position) {
        int limit = buffer.limit();
        int at = 0;
        while (at < limit) {
            boolean zeros = isZeros(at, blockEnd(position, at, limit));
            int end = blockEnd(position, at, limit);
            while (end < limit && isZeros(end, blockEnd(position, end, limit)) == zeros) {
                end = blockEnd(position, end, limit);
            }
            if (!zeros) {
                to.write(buffer.limit(end).position(at), position + at);
                buffer.limit(limit);
            }
            at = end;
        }
    }

    private static int blockEnd(long position, int at, int limit) {
        return (int) Math.min(limit, at + BLOCK_BYTES - (position + at) % BLOCK_BYTES);
    }

    private boolean isZeros(int from, int to) {
        return buffer.slice(from, to - from).equals(ZEROS.slice(0, to - from));
    }
}
