package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import java.math.BigInteger;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The numbers of a tar archive: octal text in header fields, or base-256 where that is too short (GNU tar manual,
 * "Extensions to Standard Format"), and decimal text in pax records and sparse maps.
 *
 * <p>A field is read where GNU tar, bsdtar and Python's tarfile take it for the same number, and refused elsewhere.
 */
final class TarNumber {

    private static final int BINARY_POSITIVE = 0x80;
    private static final int BINARY_NEGATIVE = 0xff;
    private static final int OCTAL_BITS = 3;

    private TarNumber() {}

    /** A header field that may be negative; an empty one is 0. */
    static long signed(byte[] block, int offset, int length) throws BadPackage {
        BigInteger number = number(block, offset, length);
        if (number.bitLength() >= Long.SIZE) {
            throw new BadPackage("has a number that is too large");
        }
        return number.longValue();
    }

    /** A header field that may be negative, or the nearest number of 64 bits. */
    static long nearest(byte[] block, int offset, int length) throws BadPackage {
        BigInteger number = number(block, offset, length);
        return number.bitLength() < Long.SIZE
                ? number.longValue()
                : number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /** A header field that counts something. */
    static long unsigned(byte[] block, int offset, int length) throws BadPackage {
        long number = signed(block, offset, length);
        if (number < 0) {
            throw new BadPackage("has a negative size");
        }
        return number;
    }

    /** Digits and nothing else, as {@link Long#parseLong} would also take a sign and digits of other scripts. */
    static long decimal(String text) throws BadPackage {
        if (text.isEmpty() || !text.chars().allMatch(character -> character >= '0' && character <= '9')) {
            throw new BadPackage("has a number that is none");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException overflow) {
            throw new BadPackage("has a number that is too large");
        }
    }

    /** Writes a number into a header field: octal digits and a blank where it fits, else base-256. */
    static void write(long number, byte[] block, int offset, int length) {
        TarUtils.formatLongOctalOrBinaryBytes(number, block, offset, length);
    }

    private static BigInteger number(byte[] block, int offset, int length) throws BadPackage {
        byte[] field = Arrays.copyOfRange(block, offset, offset + length);
        int first = Byte.toUnsignedInt(field[0]);
        if (first == BINARY_POSITIVE || first == BINARY_NEGATIVE) {
            field[0] = first == BINARY_POSITIVE ? 0 : field[0];
            return new BigInteger(field);
        }
        if (first > BINARY_POSITIVE) {
            // Some readers ignore these bits, others take them for part of the number.
            throw new BadPackage("has a number that is too large");
        }
        return BigInteger.valueOf(octal(field));
    }

    /**
     * Digits that blanks may precede and follow. A zero byte ends the field, whatever stands behind it.
     *
     * <p>Where it stands in front of digits, GNU tar passes over it and others read 0.
     */
    private static long octal(byte[] field) throws BadPackage {
        boolean isEmpty = field[0] == 0;
        int at = isEmpty ? 1 : 0;
        while (at < field.length && (field[at] == ' ' || field[at] == '\t')) {
            at++;
        }
        long number = 0;
        while (at < field.length && field[at] >= '0' && field[at] <= '7') {
            number = number << OCTAL_BITS | field[at] - '0';
            at++;
        }
        while (at < field.length && (field[at] == ' ' || field[at] >= '\t' && field[at] <= '\r')) {
            at++;
        }
        boolean ended = at == field.length || field[at] == 0;
        if (!ended || isEmpty && number != 0) {
            throw new BadPackage("has a header field that is not a number");
        }
        return number;
    }
}
