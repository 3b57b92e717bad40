package ctl.vm.archive.read;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bytes by which a format is known.
 *
 * @param position of the first of them, in the file or in its last sector
 * @param bytes one for each character
 */
record Magic(int position, String bytes) {

    /** So many bytes of a file tell, at its start and at its end. */
    static final int SECTOR_BYTES = 512;

    /** @param sector the first bytes of a file, or the last ones */
    boolean isIn(ByteBuffer sector) {
        byte[] wanted = bytes.getBytes(StandardCharsets.ISO_8859_1);
        return sector.remaining() >= position + wanted.length
                && sector.slice(sector.position() + position, wanted.length).equals(ByteBuffer.wrap(wanted));
    }
}
