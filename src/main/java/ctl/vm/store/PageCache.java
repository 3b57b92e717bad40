package ctl.vm.store;

import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Keeps small what the copying of a range has in memory. The target is written to the disk all the time, some chunks
 * behind the copy, and gives its memory to what comes next: a copy that keeps taking new memory becomes many times
 * slower on a machine whose memory is lent by a host, and drives out what others have there. Of the source, only what
 * the copy itself brought in is given back: what was in memory before belongs to another process, such as a running VM.
 */
final class PageCache {

    static final long CHUNK_BYTES = 8 << 20;
    private static final int CHUNKS_BEHIND = 8;

    private final DiskFile source;
    private final DiskFile target;
    private final Deque<Extent> writing = new ArrayDeque<>();
    private final BitSet broughtInByUs = new BitSet();
    private long rangeStart;
    private long chunkStart;
    private long chunkBytes;

    PageCache(DiskFile source, DiskFile target) {
        this.source = source;
        this.target = target;
    }

    /** A range of the source is copied next. All of it is looked at first, as the kernel reads ahead of the copy. */
    void begin(Extent range) {
        rangeStart = range.start();
        for (long position = rangeStart; position < range.end(); position += CHUNK_BYTES) {
            long length = Math.min(CHUNK_BYTES, range.end() - position);
            broughtInByUs.set(chunk(position), !source.isInMemory(position, length));
        }
    }

    /** A part of that range was copied, behind all that came before. */
    void copied(long position, long length) {
        if (broughtInByUs.get(chunk(position))) {
            source.forget(position, length);
        }
        if (chunkBytes == 0) {
            chunkStart = position;
        }
        chunkBytes += length;
        if (chunkBytes >= CHUNK_BYTES) {
            Extent chunk = new Extent(chunkStart, position + length);
            target.startWriting(chunk.start(), chunk.length());
            writing.add(chunk);
            chunkBytes = 0;
        }
        if (writing.size() > CHUNKS_BEHIND) {
            finishOldest();
        }
    }

    /** Waits for all chunks that are complete; the next sync writes the rest. */
    void finish() {
        while (!writing.isEmpty()) {
            finishOldest();
        }
    }

    private void finishOldest() {
        Extent chunk = writing.remove();
        target.finishWriting(chunk.start(), chunk.length());
    }

    private int chunk(long position) {
        return (int) ((position - rangeStart) / CHUNK_BYTES);
    }
}
