package ctl.vm.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bytes by which a format is known.
 *
 * @param position of the first of them in the file
 * @param bytes one for each character
 */
record Magic(int position, String bytes) {

    /** So many bytes of a file tell. */
    static final int START_BYTES = 512;

    /** @param start the first bytes of a file */
    boolean isIn(ByteBuffer start) {
        byte[] wanted = bytes.getBytes(StandardCharsets.ISO_8859_1);
        return start.remaining() >= position + wanted.length
                && start.slice(start.position() + position, wanted.length).equals(ByteBuffer.wrap(wanted));
    }
}
