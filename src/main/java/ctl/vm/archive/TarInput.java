package ctl.vm.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar archive that is being read: blocks of 512 bytes, strictly in order, each of them whole. */
final class TarInput {

    static final int BLOCK_BYTES = TarConstants.DEFAULT_RCDSIZE;

    private static final byte[] ZEROS = new byte[1 << 16];

    private final InputStream bytes;
    private final byte[] scratch = new byte[ZEROS.length];

    TarInput(InputStream bytes) {
        this.bytes = bytes;
    }

    static boolean isZero(byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; done += ZEROS.length) {
            int part = Math.min(ZEROS.length, length - done);
            if (!Arrays.equals(bytes, offset + done, offset + done + part, ZEROS, 0, part)) {
                return false;
            }
        }
        return true;
    }

    /** The next block, or fewer bytes where the archive ends; none at its very end. */
    byte[] blockOrEnd() throws IOException {
        return bytes.readNBytes(BLOCK_BYTES);
    }

    byte[] block() throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        read(block, block.length);
        return block;
    }

    void read(byte[] target, int length) throws IOException {
        if (bytes.readNBytes(target, 0, length) < length) {
            throw cutOff();
        }
    }

    /** The data of a member that describes another one; {@code length} has been checked by the caller. */
    byte[] body(int length) throws IOException {
        byte[] body = new byte[length];
        read(body, length);
        skip(padding(length));
        return body;
    }

    void skip(long length) throws IOException {
        for (long left = length; left > 0; left -= scratch.length) {
            read(scratch, (int) Math.min(left, scratch.length));
        }
    }

    /** Bytes between the data of a member and the next block. */
    static int padding(long length) {
        return (int) (-length & (BLOCK_BYTES - 1));
    }

    /** Reads up to the last byte of the archive; returns whether nothing but zeros was there. */
    boolean restIsZero() throws IOException {
        boolean zero = true;
        for (int count = scratch.length; zero && count == scratch.length;) {
            count = bytes.readNBytes(scratch, 0, scratch.length);
            zero = isZero(scratch, 0, count);
        }
        return zero;
    }

    private static Malformed cutOff() {
        return new Malformed("is cut off");
    }
}
