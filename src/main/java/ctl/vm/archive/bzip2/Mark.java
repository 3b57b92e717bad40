package ctl.vm.archive.bzip2;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Six bytes that begin a part of a bzip2 stream, at any bit. They can stand elsewhere by chance, once in many thousand
 * gigabytes.
 */
enum Mark {
    BLOCK(0x3141_5926_5359L),

    /** Of the end of a stream: the checksum of all its blocks follows. */
    END(0x1772_4538_5090L);

    static final int BITS = 48;

    private static final long MASK = (1L << BITS) - 1;

    /** Of a mark that ends in the lowest byte of a long, this byte has no bits that are not its own. */
    private static final int INNER_BYTE = 2 * Byte.SIZE;

    /** Which bytes can stand there: one in sixteen, so that most places are passed over at once. */
    private static final boolean[] INNER = new boolean[1 << Byte.SIZE];

    static {
        for (Mark mark : values()) {
            for (int behind = 0; behind < Byte.SIZE; behind++) {
                INNER[inner(mark.value << behind)] = true;
            }
        }
    }

    private final long value;

    Mark(long value) {
        this.value = value;
    }

    long value() {
        return value;
    }

    /** The mark that these bytes are. */
    static Optional<Mark> of(long bytes) {
        return Stream.of(values()).filter(mark -> mark.value == bytes).findFirst();
    }

    /** Whether a mark may end in the lowest byte of eight ones. It is asked of each byte of a file. */
    static boolean mayEnd(long window) {
        return INNER[inner(window)];
    }

    private static int inner(long window) {
        return (int) (window >>> INNER_BYTE) & 0xff;
    }

    /** Whether it ends so many bits before the end of eight bytes. */
    boolean endsAt(long window, int behind) {
        return (window >>> behind & MASK) == value;
    }
}
