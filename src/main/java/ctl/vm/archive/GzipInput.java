package ctl.vm.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a gzip file holds (RFC 1952): all its members one after the other, each with its checksum and length proven.
 *
 * <p>The streams of the JDK and of Commons Compress each stop or go on at the end of a member under conditions of their
 * own, ignore garbage behind the last one, or keep names of any length; here nothing but members may come until the
 * very last byte. Bytes are handed out before the checksum of their member is known: they are good only after the end
 * of this stream was reached.
 */
final class GzipInput extends InputStream {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int END = -1;

    private final GzipSource source;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private boolean insideMember;
    private boolean ended;

    GzipInput(InputStream compressed) {
        this.source = new GzipSource(compressed, BUFFER_BYTES);
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) == END ? END : Byte.toUnsignedInt(single[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        int count = 0;
        while (count == 0 && length > 0 && startMember()) {
            count = inflate(target, offset, length);
            if (inflater.finished()) {
                endMember();
            }
        }
        return count == 0 && length > 0 ? END : count;
    }

    /** Frees the memory of the inflater; the compressed stream stays open for its owner. */
    @Override
    public void close() {
        inflater.end();
        ended = true;
    }

    /** Whether there is a member to read from. */
    private boolean startMember() throws IOException {
        if (!insideMember && !ended) {
            insideMember = source.header();
            ended = !insideMember;
        }
        return insideMember;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        if (inflater.needsInput()) {
            source.feed(inflater);
        }
        try {
            int count = inflater.inflate(target, offset, length);
            checksum.update(target, offset, count);
            return count;
        } catch (DataFormatException damaged) {
            throw new Malformed("is damaged: its compressed data cannot be read");
        }
    }

    private void endMember() throws IOException {
        source.takeBack(inflater.getRemaining());
        if (source.number(Integer.BYTES) != checksum.getValue()) {
            throw new Malformed("is damaged: a checksum is wrong");
        }
        if (source.number(Integer.BYTES) != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new Malformed("is damaged: a length is wrong");
        }
        inflater.reset();
        checksum.reset();
        insideMember = false;
    }
}
