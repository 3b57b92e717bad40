package ctl.vm.archive.bzip2;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.ReusableBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Cuts a bzip2 file, stream after stream, at the marks in it. For one thread. */
final class Bzip2Scanner implements AutoCloseable {

    private static final int STREAM_HEADER_BYTES = 4;

    /** With the mark that follows it. */
    private static final int STREAM_START_BYTES = STREAM_HEADER_BYTES + Mark.BITS / Byte.SIZE;

    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int NONE = -1;

    private final PackedInput packed;
    private final ReusableBuffer memory = new ReusableBuffer();

    /** What is read of the next segment, from the byte in which its mark ends. */
    private final ByteBuffer bytes = memory.lend(Segment.MAXIMUM_BYTES).order(ByteOrder.BIG_ENDIAN);

    /** The first bit behind the mark, in the first byte. */
    private int start;

    /** The last eight bytes, without those before the mark. */
    private long window;

    private int level;
    private Mark mark = Mark.END;
    private boolean ended;

    /** @param packed at the first byte of a stream */
    Bzip2Scanner(PackedInput packed) throws IOException {
        this.packed = packed;
        startStream();
    }

    /** Whether a bzip2 stream comes next. A text that begins with BZh is none. */
    static boolean isNext(PackedInput packed) throws IOException {
        return markOf(packed).isPresent();
    }

    /** The mark behind the header of a stream, if one comes next. */
    private static Optional<Mark> markOf(PackedInput packed) throws IOException {
        ByteBuffer next = packed.peek(STREAM_START_BYTES).order(ByteOrder.BIG_ENDIAN);
        boolean isHeader = next.remaining() == STREAM_START_BYTES
                && next.get() == 'B' && next.get() == 'Z' && next.get() == 'h' && isLevel(next.get());
        return isHeader
                ? Mark.of(Short.toUnsignedLong(next.getShort()) << Integer.SIZE | Integer.toUnsignedLong(next.getInt()))
                : Optional.empty();
    }

    private static boolean isLevel(int digit) {
        return digit >= '1' && digit <= '9';
    }

    /**
     * Reads the next segment.
     *
     * @return false behind the end of a stream that none follows; then nothing behind that end has been read
     */
    boolean next(Segment segment) throws IOException {
        if (ended) {
            return false;
        }
        if (mark == Mark.END) {
            readEnd(segment);
        } else {
            readBlock(segment);
        }
        return true;
    }

    /** Goes on where the end of the last stream seemed to be, and was not: the next segment is what follows there. */
    void goOn() {
        ended = false;
        begin(Mark.BLOCK, 0);
    }

    private void startStream() throws IOException {
        Optional<Mark> first = markOf(packed);
        ended = first.isEmpty();
        if (!ended) {
            level = packed.peek(STREAM_HEADER_BYTES).get(STREAM_HEADER_BYTES - 1);
            packed.read(ByteBuffer.allocate(STREAM_START_BYTES));
            begin(first.get(), 0);
        }
    }

    /** Begins with the next segment. @param behind bits of the last byte that stand behind its mark */
    private void begin(Mark next, int behind) {
        mark = next;
        byte last = (byte) window;
        bytes.clear();
        start = -behind & Byte.SIZE - 1;
        if (behind > 0) {
            bytes.put(last);
        }
        window &= (1L << behind) - 1;
    }

    /** A checksum, then zeros up to a whole byte, then the next stream, if there is one. */
    private void readEnd(Segment segment) throws IOException {
        for (int count = 0; count < CHECKSUM_BYTES; count++) {
            bytes.put((byte) packed.next());
        }
        segment.set(mark, level, bytes, start, (long) bytes.position() * Byte.SIZE);
        startStream();
    }

    private void readBlock(Segment segment) throws IOException {
        int behind = readToMark();
        Mark next = Mark.BLOCK.endsAt(window, behind) ? Mark.BLOCK : Mark.END;
        segment.set(mark, level, bytes, start, end(behind));
        begin(next, behind);
    }

    /** The first bit of a mark that ends so many bits before the end of what was read. */
    private long end(int behind) {
        return (long) bytes.position() * Byte.SIZE - behind - Mark.BITS;
    }

    /** Reads on to the byte in which the next mark ends; returns how many of its bits stand behind the mark. */
    private int readToMark() throws IOException {
        int behind = NONE;
        while (behind == NONE) {
            readToCandidate();
            behind = markEnd();
        }
        return behind;
    }

    /** Where in the last byte a mark ends; {@link #NONE} where none does. */
    private int markEnd() {
        for (int behind = 0; behind < Byte.SIZE; behind++) {
            boolean isMark = Mark.BLOCK.endsAt(window, behind) || Mark.END.endsAt(window, behind);
            if (isMark && end(behind) >= start) {
                return behind;
            }
        }
        return NONE;
    }

    /** Reads on to a byte in which a mark may end. */
    private void readToCandidate() throws IOException {
        boolean mayEnd = false;
        while (!mayEnd) {
            ByteBuffer buffered = packed.buffered();
            int from = buffered.position();
            int index = from;
            int limit = Math.min(buffered.limit(), from + bytes.remaining());
            long last = window;
            while (index < limit && !mayEnd) {
                last = last << Byte.SIZE | Byte.toUnsignedLong(buffered.get(index++));
                mayEnd = Mark.mayEnd(last);
            }
            window = last;
            bytes.put(buffered.slice(from, index - from));
            buffered.position(index);
            if (!mayEnd && !bytes.hasRemaining()) {
                throw new BadPackage("is damaged: a block of it has no end");
            }
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
