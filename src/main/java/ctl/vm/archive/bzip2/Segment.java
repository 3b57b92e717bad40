package ctl.vm.archive.bzip2;

import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.DamagedData;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What stands in a bzip2 file from one {@link Mark} to the next: a block, most likely, or the end of a stream. It is
 * held as a stream of one block, which any bzip2 can decompress by itself. Its memory is used again and again.
 */
final class Segment implements AutoCloseable {

    /**
     * No block is longer that any program makes: 900,000 bytes, 1 % and 600 more. One that is made for it could have no
     * end.
     */
    static final int MAXIMUM_BYTES = 4 << 20;

    /**
     * Of what a block unpacks to, as far as it is unpacked ahead: all of it, unless it has long runs, which unpack
     * fast.
     */
    private static final int UNPACKED_BYTES = 2 << 20;

    private static final int MAGIC = 'B' << 16 | 'Z' << 8 | 'h';
    private static final int MAGIC_BITS = 24;
    private static final int CHECKSUM_BITS = Integer.SIZE;

    /** Magic, level and the mark of the block. */
    private static final int HEADER_BITS = MAGIC_BITS + Byte.SIZE + Mark.BITS;

    private static final int TRAILER_BYTES = (Mark.BITS + CHECKSUM_BITS) / Byte.SIZE + 1;

    private final ReusableBuffer memory = new ReusableBuffer();
    private final ReusableBuffer unpacked = new ReusableBuffer();
    private Mark mark = Mark.END;
    private ByteBuffer stream = memory.lend(0);

    /** Of the stream, up to its end mark. */
    private long bits;

    private Optional<StreamDecompressor> decompressor = Optional.empty();

    /**
     * Becomes another one.
     *
     * @param level of the stream that it stands in, as a digit
     * @param from the first bit behind its mark
     * @param end the first bit behind its last one
     */
    void set(Mark mark, int level, ByteBuffer bytes, long from, long end) {
        this.mark = mark;
        lend(HEADER_BITS + end - from);
        var writer = new BitWriter(stream, 0);
        writer.write(MAGIC, MAGIC_BITS);
        writer.write(level, Byte.SIZE);
        writer.write(mark.value(), Mark.BITS);
        writer.write(bytes, from, end - from);
        end(writer);
    }

    /** Becomes the same as another one, with space for more. */
    void set(Segment other) {
        mark = other.mark;
        memory.lend(MAXIMUM_BYTES + TRAILER_BYTES);
        lend(other.bits);
        var writer = new BitWriter(stream, 0);
        writer.write(other.stream, 0, other.bits);
        end(writer);
    }

    /**
     * Goes on with another one, whose mark was none. Only where it was made with space for more.
     *
     * @param isMarked whether the mark belongs to it, or it only goes on where the one before was ended
     * @return whether there was space for it
     */
    boolean join(Segment other, boolean isMarked) {
        long from = isMarked ? HEADER_BITS - Mark.BITS : HEADER_BITS;
        long start = bits;
        if (start + other.bits > (long) MAXIMUM_BYTES * Byte.SIZE) {
            return false;
        }
        lend(start + other.bits - from);
        var writer = new BitWriter(stream, start);
        writer.write(other.stream, from, other.bits - from);
        end(writer);
        return true;
    }

    private void lend(long count) {
        bits = count;
        int bytes = Math.toIntExact(count / Byte.SIZE) + 1 + TRAILER_BYTES;
        stream = memory.lend(bytes).order(ByteOrder.BIG_ENDIAN);
    }

    /** The checksum of a stream of one block is that of the block. */
    private void end(BitWriter writer) {
        writer.write(Mark.END.value(), Mark.BITS);
        writer.write(checksum(), CHECKSUM_BITS);
        writer.end();
        stream.flip();
    }

    boolean isEnd() {
        return mark == Mark.END;
    }

    /** Of the content of a block, or of all blocks of the stream that ends here, as it stands in the file. */
    int checksum() {
        return stream.getInt(HEADER_BITS / Byte.SIZE);
    }

    /**
     * Unpacks a block. All threads may do that, one at a time.
     *
     * @return its content, or what there is space for; nothing at an end
     */
    ByteBuffer unpack() throws IOException {
        closeDecompressor();
        if (!isEnd()) {
            decompressor = Optional.of(Compressors.bzip2(stream));
        }
        return more();
    }

    /** What follows the content so far; nothing behind its end. What was returned before is no longer valid. */
    ByteBuffer more() throws IOException {
        ByteBuffer content = unpacked.lend(UNPACKED_BYTES);
        if (decompressor.isPresent()) {
            decompressor.get().fill(content);
            if (content.hasRemaining()) {
                closeDecompressor();
            }
        }
        return content.flip();
    }

    private void closeDecompressor() {
        decompressor.ifPresent(StreamDecompressor::close);
        decompressor = Optional.empty();
    }

    @Override
    public void close() {
        closeDecompressor();
        memory.close();
        unpacked.close();
    }
}
