package ctl.vm.store;

import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import java.util.BitSet;

/**
 * The memory that reading a range of a source takes. What was there before we came is somebody's, such as a running
 * VM's, and stays; only what the copy itself brought in is given back.
 */
final class SourceMemory {

    private static final long PIECE_BYTES = DataCopy.PIECE_BYTES;

    private final DiskFile source;
    private final long start;
    private final BitSet broughtInByUs = new BitSet();

    /** Looks at all of the range first: the kernel reads ahead of the copy. */
    SourceMemory(DiskFile source, Extent range) {
        this.source = source;
        this.start = range.start();
        for (long position = start; position < range.end(); position += PIECE_BYTES) {
            long length = Math.min(PIECE_BYTES, range.end() - position);
            broughtInByUs.set(piece(position), !source.isInMemory(position, length));
        }
    }

    /** Bytes that have been copied. */
    void giveBack(long position, long length) {
        if (broughtInByUs.get(piece(position))) {
            source.forget(position, length);
        }
    }

    private int piece(long position) {
        return (int) ((position - start) / PIECE_BYTES);
    }
}
