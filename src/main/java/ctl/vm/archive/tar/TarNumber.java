package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * The numbers of a tar archive: octal text in header fields, or base-256 where that is too short (GNU tar manual,
 * "Extensions to Standard Format"), and decimal text in pax records and sparse maps.
 */
final class TarNumber {

    private static final int BINARY_POSITIVE = 0x80;
    private static final int BINARY_NEGATIVE = 0xff;
    private static final int BITS_OF_A_DIGIT = 3;

    private TarNumber() {}

    /** A header field that may be negative; an empty one is 0. */
    static long signed(byte[] block, int offset, int length) throws BadPackage {
        int first = Byte.toUnsignedInt(block[offset]);
        if (first < BINARY_POSITIVE) {
            return octal(block, offset, length);
        }
        if (first > BINARY_POSITIVE && first < BINARY_NEGATIVE) {
            // Some readers ignore these bits, others take them for part of the number.
            throw new BadPackage("has a number that is too large");
        }
        BigInteger number = new BigInteger(1, block, offset + 1, length - 1);
        if (first == BINARY_NEGATIVE) {
            number = number.subtract(BigInteger.ONE.shiftLeft((length - 1) * Byte.SIZE));
        }
        if (number.bitLength() >= Long.SIZE) {
            throw notANumber();
        }
        return number.longValue();
    }

    /** A header field that counts something. */
    static long unsigned(byte[] block, int offset, int length) throws BadPackage {
        long number = signed(block, offset, length);
        if (number < 0) {
            throw new BadPackage("has a negative size");
        }
        return number;
    }

    /** Octal digits, with blanks before them, and blanks or zero bytes behind them; 0 where there are none. */
    static long octal(byte[] block, int offset, int length) throws BadPackage {
        int start = offset;
        int end = offset + length;
        while (start < end && block[start] == ' ') {
            start++;
        }
        while (start < end && (block[end - 1] == ' ' || block[end - 1] == 0)) {
            end--;
        }
        long number = 0;
        for (int at = start; at < end; at++) {
            if (block[at] < '0' || block[at] > '7') {
                throw notANumber();
            }
            number = (number << BITS_OF_A_DIGIT) + block[at] - '0';
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
        if (number >= 0 && number >>> (length - 1) * BITS_OF_A_DIGIT == 0) {
            writeOctal(number, block, offset, length - 1);
            block[offset + length - 1] = ' ';
        } else {
            byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
            for (int at = 0; at < length; at++) {
                int behind = length - at;
                block[offset + at] = behind > Long.BYTES
                        ? (byte) (number >> Long.SIZE - 1)
                        : bytes[Long.BYTES - behind];
            }
            block[offset] = (byte) (number < 0 ? BINARY_NEGATIVE : BINARY_POSITIVE);
        }
    }

    static void writeOctal(long number, byte[] block, int offset, int digits) {
        for (int digit = 0; digit < digits; digit++) {
            block[offset + digits - 1 - digit] = (byte) ('0' + (number >>> digit * BITS_OF_A_DIGIT & 7));
        }
    }

    private static BadPackage notANumber() {
        return new BadPackage("has a header field that is not a number");
    }
}
