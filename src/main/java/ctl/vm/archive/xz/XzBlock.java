package ctl.vm.archive.xz;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A block of an .xz stream whose header names both of its sizes (section 3.1).
 *
 * @param unpaddedBytes of header, compressed data and check
 * @param size bytes that it holds
 */
record XzBlock(long unpaddedBytes, long size) {

    static final int ALIGNMENT_BYTES = 4;

    private static final int HAS_BOTH_SIZES = 0xc0;
    private static final int RESERVED = 0x3c;

    /** Far more than memory, and far from overflowing a sum. */
    private static final long MOST = 1L << 50;

    /** With the padding behind the compressed data. The check is a multiple of four bytes. */
    long totalBytes() {
        return Math.ceilDiv(unpaddedBytes, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    }

    /**
     * The block whose header stands so many bytes further on; empty where it does not name both sizes.
     *
     * @param checkBytes length of the check behind the data
     */
    static Optional<XzBlock> peek(PackedInput packed, int distance, int checkBytes) throws IOException {
        ByteBuffer first = packed.peek(distance + 1);
        if (first.remaining() <= distance || first.get(distance) == XzIndex.INDICATOR) {
            return Optional.empty();
        }
        int length = (Byte.toUnsignedInt(first.get(distance)) + 1) * ALIGNMENT_BYTES;
        ByteBuffer there = packed.peek(distance + length);
        if (there.remaining() < distance + length) {
            throw BadPackage.cutOff();
        }
        byte[] header = new byte[length];
        there.get(distance, header);
        int checksumAt = length - Integer.BYTES;
        if (there.getInt(distance + checksumAt) != XzHeader.crc32(Arrays.copyOf(header, checksumAt))) {
            throw new BadPackage("is damaged: the checksum of a header is wrong");
        }
        if ((header[1] & HAS_BOTH_SIZES) != HAS_BOTH_SIZES || (header[1] & RESERVED) != 0) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(header, 2, checksumAt - 2);
        long compressed = XzIndex.number(fields);
        long size = XzIndex.number(fields);
        if (compressed < 1 || compressed > MOST || size > MOST) {
            throw new BadPackage("is damaged: a length is wrong");
        }
        return Optional.of(new XzBlock(length + compressed + checkBytes, size));
    }
}
