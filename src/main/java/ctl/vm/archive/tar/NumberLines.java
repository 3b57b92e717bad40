package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;
import java.io.IOException;

/** Decimal numbers, one a line, at the start of a member's data; zeros fill the last block. */
final class NumberLines {

    private static final int MAXIMUM_DIGITS = 19;

    private final TarInput input;
    private final long stored;
    private byte[] block = new byte[0];
    private int position;
    private long read;

    /** @param stored bytes that the member has in the archive: the lines end before */
    NumberLines(TarInput input, long stored) {
        this.input = input;
        this.stored = stored;
    }

    long next() throws IOException {
        var digits = new StringBuilder(MAXIMUM_DIGITS);
        for (int character = character(); character != '\n'; character = character()) {
            if (digits.length() == MAXIMUM_DIGITS) {
                throw new Malformed("has a number that is too large");
            }
            digits.append((char) character);
        }
        return TarNumber.decimal(digits.toString());
    }

    /** Ends the lines; returns how many bytes they take with what fills their last block. */
    long end() throws Malformed {
        if (!TarInput.isZero(block, position, block.length - position)) {
            throw new Malformed("has a sparse map that goes on behind its end");
        }
        return read;
    }

    private int character() throws IOException {
        if (position == block.length) {
            if (stored - read < TarInput.BLOCK_BYTES) {
                throw new Malformed("has a sparse map that is longer than its data");
            }
            block = input.block();
            position = 0;
            read += block.length;
        }
        return Byte.toUnsignedInt(block[position++]);
    }
}
