package ctl.vm.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;

/** The compressed bytes of a gzip file, and the member headers among them (RFC 1952, section 2.3). */
final class GzipSource {

    /** The first two bytes of each member, lowest byte first. */
    private static final int MAGIC = 0x8b1f;

    private static final int DEFLATED = 8;
    private static final int FLAG_HEADER_CHECKSUM = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xe0;
    private static final int TIME_LEVEL_AND_SYSTEM_BYTES = 6;

    private final InputStream compressed;
    private final byte[] buffer;
    private final CRC32 headerChecksum = new CRC32();
    private int position;
    private int limit;

    GzipSource(InputStream compressed, int bufferBytes) {
        this.compressed = compressed;
        this.buffer = new byte[bufferBytes];
    }

    /** Whether a file that starts with these two bytes is meant to be gzip. */
    static boolean isGzip(byte[] start) {
        return start.length >= Short.BYTES
                && (Byte.toUnsignedInt(start[0]) | Byte.toUnsignedInt(start[1]) << Byte.SIZE) == MAGIC;
    }

    /** Reads the header of the next member; false where the file ends instead. */
    boolean header() throws IOException {
        if (position == limit && !fill()) {
            return false;
        }
        headerChecksum.reset();
        if (number(Short.BYTES) != MAGIC) {
            throw new Malformed("goes on behind the end of its compressed data");
        }
        int method = next();
        int flags = next();
        if (method != DEFLATED || (flags & FLAGS_RESERVED) != 0) {
            throw new Malformed("is damaged: it is compressed in an unknown way");
        }
        skip(TIME_LEVEL_AND_SYSTEM_BYTES);
        skipOptionalFields(flags);
        return true;
    }

    /** Gives the inflater all that is buffered; it may be taken back. */
    void feed(Inflater inflater) throws IOException {
        if (position == limit && !fill()) {
            throw cutOff();
        }
        inflater.setInput(buffer, position, limit - position);
        position = limit;
    }

    /** Takes back the last bytes of what the inflater was given. */
    void takeBack(int count) {
        position -= count;
    }

    /** An unsigned number, lowest byte first. */
    long number(int bytes) throws IOException {
        long number = 0;
        for (int shift = 0; shift < bytes * Byte.SIZE; shift += Byte.SIZE) {
            number |= (long) next() << shift;
        }
        return number;
    }

    private void skipOptionalFields(int flags) throws IOException {
        if ((flags & FLAG_EXTRA) != 0) {
            skip(number(Short.BYTES));
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CHECKSUM) != 0) {
            long expected = headerChecksum.getValue() & 0xffff;
            if (number(Short.BYTES) != expected) {
                throw new Malformed("is damaged: the checksum of a gzip header is wrong");
            }
        }
    }

    private void skip(long count) throws IOException {
        for (long left = count; left > 0; left--) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // Names and comments are of no use here, and may be of any length.
        }
    }

    private int next() throws IOException {
        if (position == limit && !fill()) {
            throw cutOff();
        }
        int value = Byte.toUnsignedInt(buffer[position++]);
        headerChecksum.update(value);
        return value;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(compressed.read(buffer, 0, buffer.length), 0);
        return limit > 0;
    }

    private static Malformed cutOff() {
        return new Malformed("is cut off");
    }
}
