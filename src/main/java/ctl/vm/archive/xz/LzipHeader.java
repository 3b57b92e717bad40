package ctl.vm.archive.xz;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a member of an lzip file, version 1 (RFC draft-diaz-lzip, section 2).
 *
 * @param dictionaryBytes 4 KiB to 512 MiB
 */
record LzipHeader(int dictionaryBytes) {

    static final int BYTES = 6;

    private static final int MAGIC = 'L' | 'Z' << 8 | 'I' << 16 | 'P' << 24;
    private static final int LEAST_LOG = 12;
    private static final int MOST_LOG = 29;

    /** lc 3, lp 0 and pb 2, in one byte as LZMA has them: lzip knows no others. */
    private static final byte PROPERTIES = 0x5d;

    private static final int LZMA_BYTES = 1 + Integer.BYTES + Long.BYTES;
    private static final long UNKNOWN_SIZE = -1;

    static boolean isNext(PackedInput packed) throws IOException {
        ByteBuffer start = packed.peek(Integer.BYTES);
        return start.remaining() == Integer.BYTES && start.getInt(0) == MAGIC;
    }

    static LzipHeader read(PackedInput packed) throws IOException {
        packed.number(Integer.BYTES);
        int version = packed.next();
        int coded = packed.next();
        int log = coded & 0x1f;
        if (version != 1 || log < LEAST_LOG || log > MOST_LOG) {
            throw new BadPackage("is damaged: it is compressed in an unknown way");
        }
        int power = 1 << log;
        int dictionary = power - (log > LEAST_LOG ? power / 16 * (coded >> 5) : 0);
        return new LzipHeader(dictionary);
    }

    /** The header of an .lzma file whose data is that of the member. */
    ByteBuffer lzma() {
        return ByteBuffer.allocateDirect(LZMA_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(PROPERTIES)
                .putInt(dictionaryBytes)
                .putLong(UNKNOWN_SIZE)
                .flip();
    }
}
