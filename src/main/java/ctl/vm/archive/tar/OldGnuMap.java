package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.inventory.value.Zeros;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The map of a member of type S: four entries of (offset, length) in its header, the others in blocks of 21 behind it
 * (tar.h of GNU tar: oldgnu_header, sparse_header). A hole at the end is an entry of length 0 at the image's size.
 */
final class OldGnuMap {

    private static final int HEADER_ENTRIES = 4;
    private static final int HEADER_ENTRIES_OFFSET = 386;
    private static final int HEADER_MORE_OFFSET = 482;
    private static final int REAL_SIZE_OFFSET = 483;
    private static final int EXTENSION_ENTRIES = 21;
    private static final int EXTENSION_MORE_OFFSET = 504;
    private static final int NUMBER_BYTES = 12;
    private static final int ENTRY_BYTES = 2 * NUMBER_BYTES;

    private OldGnuMap() {}

    /** Writes what stands in the header itself. */
    static void write(SparseMap data, byte[] header) {
        writeEntries(data, header, HEADER_ENTRIES_OFFSET, 0, HEADER_ENTRIES);
        header[HEADER_MORE_OFFSET] = (byte) (entries(data) > HEADER_ENTRIES ? 1 : 0);
        TarNumber.write(data.size(), header, REAL_SIZE_OFFSET, NUMBER_BYTES);
    }

    /** The blocks that follow the header. */
    static byte[] extensions(SparseMap data) {
        var bytes = new ByteArrayOutputStream();
        for (int written = HEADER_ENTRIES; written < entries(data);) {
            byte[] block = new byte[TarInput.BLOCK_BYTES];
            writeEntries(data, block, 0, written, EXTENSION_ENTRIES);
            written += EXTENSION_ENTRIES;
            block[EXTENSION_MORE_OFFSET] = (byte) (written < entries(data) ? 1 : 0);
            bytes.writeBytes(block);
        }
        return bytes.toByteArray();
    }

    private static int entries(SparseMap data) {
        boolean holeAtEnd = data.count() == 0 || data.end(data.count() - 1) < data.size();
        return data.count() + (holeAtEnd ? 1 : 0);
    }

    private static void writeEntries(SparseMap data, byte[] block, int offset, int from, int maximum) {
        for (int entry = from; entry < Math.min(from + maximum, entries(data)); entry++) {
            int at = offset + (entry - from) * ENTRY_BYTES;
            boolean isExtent = entry < data.count();
            TarNumber.write(isExtent ? data.start(entry) : data.size(), block, at, NUMBER_BYTES);
            TarNumber.write(isExtent ? data.length(entry) : 0, block, at + NUMBER_BYTES, NUMBER_BYTES);
        }
    }

    /** Whether a header says what only one with a map may say: bsdtar looks for a map in headers of all types. */
    static boolean isIn(TarHeader header) {
        return header.block()[HEADER_ENTRIES_OFFSET] != 0 || header.block()[REAL_SIZE_OFFSET] != 0;
    }

    /** Reads the map from a header and the blocks that follow it. */
    static SparseMap read(TarHeader header, TarInput input) throws IOException {
        var data = new SparseMap(0);
        byte[] block = header.block();
        boolean open = readEntries(block, HEADER_ENTRIES_OFFSET, HEADER_ENTRIES, data, true);
        boolean more = block[HEADER_MORE_OFFSET] != 0;
        while (more) {
            block = input.block();
            open = readEntries(block, 0, EXTENSION_ENTRIES, data, open);
            more = block[EXTENSION_MORE_OFFSET] != 0;
        }
        return data.ofSize(header.unsigned(REAL_SIZE_OFFSET, NUMBER_BYTES));
    }

    /**
     * @param open whether the map still goes on: its first empty entry ends it, and tools disagree about later ones
     * @return whether it still goes on behind these entries
     */
    private static boolean readEntries(byte[] block, int offset, int count, SparseMap data, boolean open)
            throws BadPackage {
        boolean goesOn = open;
        for (int at = offset; at < offset + count * ENTRY_BYTES; at += ENTRY_BYTES) {
            boolean empty = Zeros.isAllZero(ByteBuffer.wrap(block, at, ENTRY_BYTES));
            if (!empty && (block[at] == 0 || block[at + NUMBER_BYTES] == 0)) {
                // The end of the map for some readers.
                throw new BadPackage("has a sparse map with an incomplete entry");
            }
            if (!empty && !goesOn) {
                throw new BadPackage("has a sparse map that goes on behind its end");
            }
            goesOn &= !empty;
            if (!empty) {
                data.addForeign(
                        TarNumber.unsigned(block, at, NUMBER_BYTES),
                        TarNumber.unsigned(block, at + NUMBER_BYTES, NUMBER_BYTES));
            }
        }
        return goesOn;
    }
}
