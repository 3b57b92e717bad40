package ctl.vm.archive.bzip2;

import java.nio.ByteBuffer;

/** Writes bits into a buffer, the highest one of each byte first. */
final class BitWriter {

    private final ByteBuffer target;

    /** What is not a whole byte yet: its lowest bits. */
    private long pending;

    private int pendingBits;

    /**
     * @param target in big-endian order; it must have space for all that is written, filled up to whole bytes
     * @param start number of the first bit that is written; those before it stay
     */
    BitWriter(ByteBuffer target, long start) {
        this.target = target.position((int) (start / Byte.SIZE));
        this.pendingBits = (int) (start % Byte.SIZE);
        if (pendingBits > 0) {
            this.pending = target.get(target.position()) >>> Byte.SIZE - pendingBits;
        }
    }

    /** @param bits of the value, its lowest ones: 0 to 56 */
    void write(long value, int bits) {
        pending = pending << bits | value & (1L << bits) - 1;
        for (pendingBits += bits; pendingBits >= Byte.SIZE; pendingBits -= Byte.SIZE) {
            target.put((byte) (pending >>> pendingBits - Byte.SIZE));
        }
    }

    /** Writes bits of a big-endian buffer. */
    void write(ByteBuffer source, long fromBit, long bits) {
        int index = (int) (fromBit / Byte.SIZE);
        long left = bits;
        int unaligned = (int) Math.min(left, -fromBit & Byte.SIZE - 1);
        if (unaligned > 0) {
            write(source.get(index++) >>> (int) (Byte.SIZE - fromBit % Byte.SIZE - unaligned), unaligned);
            left -= unaligned;
        }
        for (; left >= Integer.SIZE; left -= Integer.SIZE, index += Integer.BYTES) {
            write(source.getInt(index), Integer.SIZE);
        }
        for (; left >= Byte.SIZE; left -= Byte.SIZE, index++) {
            write(source.get(index), Byte.SIZE);
        }
        if (left > 0) {
            write(source.get(index) >>> Byte.SIZE - left, (int) left);
        }
    }

    /** Fills the last byte with zeros. */
    void end() {
        write(0, -pendingBits & Byte.SIZE - 1);
    }
}
