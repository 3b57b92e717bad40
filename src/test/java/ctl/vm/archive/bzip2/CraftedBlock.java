package ctl.vm.archive.bzip2;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/**
 * A block of a bzip2 stream that holds marks: all of its sixteen symbols have a code of four bits, so that any bits are
 * symbols, and only 1111 is its end, which stands in no mark.
 */
final class CraftedBlock {

    private static final int SYMBOLS = 16;
    private static final int CODE_BITS = 4;
    private static final int SYMBOLS_OF_A_GROUP = 50;
    private static final int RANDOMISED_BITS = 1;
    private static final int START_BITS = 24;
    private static final int MARK_WITH_FILLER_BITS = 160;

    /** All that stands before the codes, but for one bit for each selector. */
    private static final int HEADER_BITS = Integer.SIZE + Mark.BITS + Integer.SIZE + RANDOMISED_BITS + START_BITS
            + Integer.SIZE + 3 + 15 + 2 * (5 + SYMBOLS);

    private final byte[] content;
    private final byte[] stream;

    /**
     * @param before bits of the mark's distance from a whole byte
     * @param marks how many of them, one behind the other
     */
    CraftedBlock(int before, Mark mark, int marks) throws IOException {
        byte[] unproved = stream(before, mark, marks, 0);
        content = content(unproved);
        stream = stream(before, mark, marks, checksum(content));
    }

    byte[] stream() {
        return stream;
    }

    byte[] content() {
        return content;
    }

    private static byte[] stream(int before, Mark mark, int marks, int checksum) {
        ByteBuffer bytes = ByteBuffer.allocate(1000 + marks * 20);
        var writer = new BitWriter(bytes, 0);
        writer.write('B' << 24 | 'Z' << 16 | 'h' << 8 | '9', Integer.SIZE);
        writer.write(Mark.BLOCK.value(), Mark.BITS);
        writer.write(checksum, Integer.SIZE);
        writer.write(0, RANDOMISED_BITS);
        writer.write(3, START_BITS);
        // Which bytes are used: of the first sixteen all but two.
        writer.write(0x8000_fffc, Integer.SIZE);
        int selectors = Math.ceilDiv(marks * MARK_WITH_FILLER_BITS / CODE_BITS + 100, SYMBOLS_OF_A_GROUP);
        writer.write(2, 3);
        writer.write(selectors, 15);
        for (int selector = 0; selector < selectors; selector++) {
            writer.write(0, 1);
        }
        for (int table = 0; table < 2; table++) {
            writer.write(CODE_BITS, 5);
            writer.write(0, SYMBOLS);
        }
        int codes = HEADER_BITS + selectors;
        fill(writer, 40 + (before - codes & 7));
        for (int count = 0; count < marks; count++) {
            writer.write(mark.value(), Mark.BITS);
            fill(writer, MARK_WITH_FILLER_BITS - Mark.BITS);
        }
        fill(writer, -(before - codes) & 3);
        writer.write(0xf, CODE_BITS);
        writer.write(Mark.END.value(), Mark.BITS);
        writer.write(checksum, Integer.SIZE);
        writer.end();
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** Bits that are symbols in whatever way they are cut, and no long runs. */
    private static void fill(BitWriter writer, int bits) {
        for (int bit = 0; bit < bits; bit++) {
            writer.write(bit & 1, 1);
        }
    }

    /** What the block unpacks to, as its decoder hands it out before it finds that the checksum is wrong. */
    private static byte[] content(byte[] stream) throws IOException {
        var content = new ByteArrayOutputStream();
        try (var unpacked = new BZip2CompressorInputStream(new ByteArrayInputStream(stream))) {
            for (int next = unpacked.read(); next >= 0; next = unpacked.read()) {
                content.write(next);
            }
            throw new IllegalStateException("the checksum happens to be right");
        } catch (IOException wrongChecksum) {
            return content.toByteArray();
        }
    }

    /** As bzip2 has it: the polynomial of CRC-32, the highest bit of each byte first. */
    private static int checksum(byte[] content) {
        int checksum = -1;
        for (byte value : content) {
            checksum ^= value << 24;
            for (int bit = 0; bit < 8; bit++) {
                checksum = checksum << 1 ^ (checksum < 0 ? 0x04c1_1db7 : 0);
            }
        }
        return ~checksum;
    }
}
