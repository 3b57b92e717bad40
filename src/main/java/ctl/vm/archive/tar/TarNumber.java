package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The numbers of a tar archive: octal text in header fields, or base-256 where that is too short (GNU tar manual,
 * "Extensions to Standard Format"), and decimal text in pax records and sparse maps.
 */
final class TarNumber {

    private static final int BINARY_POSITIVE = 0x80;
    private static final int BINARY_NEGATIVE = 0xff;

    private TarNumber() {}

    /** A header field that may be negative; an empty one is 0. */
    static long signed(byte[] block, int offset, int length) throws BadPackage {
        int first = Byte.toUnsignedInt(block[offset]);
        if (first == 0) {
            return empty(block, offset, length);
        }
        if (first > BINARY_POSITIVE && first < BINARY_NEGATIVE) {
            // Commons Compress ignores these bits, other readers take them for part of the number.
            throw new BadPackage("has a number that is too large");
        }
        try {
            long number = TarUtils.parseOctalOrBinary(block, offset, length);
            // Commons Compress takes the sign from the rest of the field, where that disagrees.
            if (number < 0 != (first == BINARY_NEGATIVE)) {
                throw notANumber();
            }
            return number;
        } catch (IllegalArgumentException notANumber) {
            throw notANumber();
        }
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

    private static long empty(byte[] block, int offset, int length) throws BadPackage {
        for (int at = offset; at < offset + length; at++) {
            if (block[at] != 0 && block[at] != ' ') {
                throw notANumber();
            }
        }
        return 0;
    }

    private static BadPackage notANumber() {
        return new BadPackage("has a header field that is not a number");
    }
}
