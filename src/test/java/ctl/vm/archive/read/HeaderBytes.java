package ctl.vm.archive.read;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A tar header, written field by field and without any sense of what is allowed. As made, it is that of an ordinary
 * file in the ustar form.
 */
final class HeaderBytes {

    static final int NAME = 0;
    static final int MODE = 100;
    static final int SIZE = 124;
    static final int MODIFIED = 136;
    static final int CHECKSUM = 148;
    static final int TYPE = 156;
    static final int MAGIC = 257;
    static final int PREFIX = 345;
    static final int SPARSE = 386;
    static final int SPARSE_MORE = 482;
    static final int REAL_SIZE = 483;

    private final byte[] block = new byte[512];

    HeaderBytes(String name) {
        text(NAME, name);
        text(MODE, "0000644\0");
        text(108, "0000000\0");
        text(116, "0000000\0");
        text(TYPE, "0");
        text(MAGIC, "ustar\00000");
        size(0);
        number(MODIFIED, 1_000_000_000);
    }

    HeaderBytes type(char type) {
        block[TYPE] = (byte) type;
        return this;
    }

    HeaderBytes size(long size) {
        return number(SIZE, size);
    }

    /** A header of type S. */
    HeaderBytes sparse(long realSize) {
        return type('S').gnu().number(REAL_SIZE, realSize);
    }

    /** An entry of the map of holes. */
    HeaderBytes extent(int index, long offset, long length) {
        return number(SPARSE + 24 * index, offset).number(SPARSE + 24 * index + 12, length);
    }

    HeaderBytes gnu() {
        return text(MAGIC, "ustar  \0");
    }

    HeaderBytes text(int offset, String text) {
        return bytes(offset, text.getBytes(StandardCharsets.UTF_8));
    }

    HeaderBytes bytes(int offset, byte... bytes) {
        System.arraycopy(bytes, 0, block, offset, bytes.length);
        return this;
    }

    /** A field of 12 bytes, in octal where it fits and is not negative. */
    HeaderBytes number(int offset, long number) {
        return number >= 0 && number < 1L << 33
                ? text(offset, "%011o\0".formatted(number))
                : binary(offset, BigInteger.valueOf(number));
    }

    /** A field of 12 bytes in base-256. */
    HeaderBytes binary(int offset, BigInteger number) {
        byte[] field = new byte[12];
        Arrays.fill(field, number.signum() < 0 ? (byte) 0xff : 0);
        byte[] digits = number.toByteArray();
        System.arraycopy(digits, 0, field, field.length - digits.length, digits.length);
        field[0] |= (byte) 0x80;
        return bytes(offset, field);
    }

    /** The block as it is. */
    byte[] open() {
        return block.clone();
    }

    /** The block with a checksum that is right. */
    byte[] sealed() {
        Arrays.fill(block, CHECKSUM, CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (byte value : block) {
            sum += Byte.toUnsignedInt(value);
        }
        text(CHECKSUM, "%06o\0 ".formatted(sum));
        return block.clone();
    }
}
