package ctl.vm.store;

import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps small what a copy has in memory: the disk writes all the time, some segments behind, and what is written gives
 * its memory to what comes next. A copy that keeps taking new memory becomes many times slower on a machine whose memory
 * is lent by a host, and drives out what others have there.
 */
final class WriteBehind {

    private static final long SEGMENT_BYTES = 8 << 20;
    private static final int SEGMENTS = 8;

    private final DiskFile file;
    private final Deque<Extent> writing = new ArrayDeque<>();
    private long segmentStart;
    private long segmentBytes;

    WriteBehind(DiskFile file) {
        this.file = file;
    }

    /** Data was put there, behind all that came before. */
    void add(long position, long length) {
        if (segmentBytes == 0) {
            segmentStart = position;
        }
        segmentBytes += length;
        if (segmentBytes >= SEGMENT_BYTES) {
            begin(new Extent(segmentStart, position + length));
            segmentBytes = 0;
        }
    }

    private void begin(Extent segment) {
        file.startWriting(segment.start(), segment.length());
        writing.add(segment);
        if (writing.size() > SEGMENTS) {
            finish(writing.remove());
        }
    }

    /** Waits for all segments that are complete; the next sync writes the rest. */
    void finish() {
        while (!writing.isEmpty()) {
            finish(writing.remove());
        }
    }

    private void finish(Extent segment) {
        file.finishWriting(segment.start(), segment.length());
    }
}
