package ctl.vm.archive.xz;

import ctl.vm.archive.member.PackedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The header of an .xz stream (section 2.1.1): magic, flags, and a checksum of the flags.
 *
 * @param bytes all of it
 */
record XzHeader(byte[] bytes) {

    static final int BYTES = 12;

    private static final byte[] MAGIC = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
    private static final int FLAGS_BYTES = 2;

    /** By the lowest four bits of the flags: bytes of the check of a block (section 2.1.1.2). */
    private static final int[] CHECK_BYTES = {0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64};

    static boolean isNext(PackedInput packed) throws IOException {
        return packed.peek(MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /** The header that comes next, which stays to be read; empty where there is none that is sound. */
    static Optional<XzHeader> peek(PackedInput packed) throws IOException {
        ByteBuffer next = packed.peek(BYTES);
        if (!isNext(packed) || next.remaining() < BYTES) {
            return Optional.empty();
        }
        byte[] bytes = new byte[BYTES];
        next.get(bytes);
        var header = new XzHeader(bytes);
        return Optional.of(header).filter(XzHeader::isSound);
    }

    private boolean isSound() {
        return bytes[MAGIC.length] == 0
                && (bytes[MAGIC.length + 1] & 0xf0) == 0
                && crc32(flags()) == ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
                        .getInt(MAGIC.length + FLAGS_BYTES);
    }

    byte[] flags() {
        return Arrays.copyOfRange(bytes, MAGIC.length, MAGIC.length + FLAGS_BYTES);
    }

    /** Bytes of the check behind each block. */
    int checkBytes() {
        return CHECK_BYTES[bytes[MAGIC.length + 1] & 0xf];
    }

    static int crc32(byte[] bytes) {
        var checksum = new CRC32();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }
}
