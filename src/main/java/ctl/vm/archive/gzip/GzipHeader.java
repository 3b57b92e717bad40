package ctl.vm.archive.gzip;

import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.member.PackedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The header of a gzip member (RFC 1952, section 2.3) that is next to be read. */
public final class GzipHeader {

    /** The first two bytes of each member, lowest byte first. */
    private static final int MAGIC = 0x8b1f;

    private static final int DEFLATED = 8;
    private static final int FLAG_HEADER_CHECKSUM = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xe0;
    private static final int TIME_LEVEL_AND_SYSTEM_BYTES = 6;

    private final PackedInput packed;
    private final CRC32 checksum = new CRC32();

    GzipHeader(PackedInput packed) {
        this.packed = packed;
    }

    /** Whether a file that starts with these bytes is meant to be gzip. */
    public static boolean isGzip(ByteBuffer start) {
        return start.remaining() >= Short.BYTES
                && (Byte.toUnsignedInt(start.get(0)) | Byte.toUnsignedInt(start.get(1)) << Byte.SIZE) == MAGIC;
    }

    /** Reads all of it; nothing in it is of use. */
    void skip() throws IOException {
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
            long expected = checksum.getValue() & 0xffff;
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

    private long number(int bytes) throws IOException {
        long number = 0;
        for (int shift = 0; shift < bytes * Byte.SIZE; shift += Byte.SIZE) {
            number |= (long) next() << shift;
        }
        return number;
    }

    private int next() throws IOException {
        int value = packed.next();
        checksum.update(value);
        return value;
    }
}
