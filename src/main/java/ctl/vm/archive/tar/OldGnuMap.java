package ctl.vm.archive.tar;

import static org.apache.commons.compress.archivers.tar.TarConstants.SPARSE_HEADERS_IN_EXTENSION_HEADER;
import static org.apache.commons.compress.archivers.tar.TarConstants.SPARSE_HEADERS_IN_OLDGNU_HEADER;
import static org.apache.commons.compress.archivers.tar.TarConstants.SPARSE_NUMBYTES_LEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.SPARSE_OFFSET_LEN;

import ctl.vm.archive.member.Malformed;
import java.io.IOException;

/**
 * The map of a member of type S: four entries of (offset, length) in its header, the others in blocks of 21 behind it
 * (tar.h of GNU tar: oldgnu_header, sparse_header). A hole at the end is an entry of length 0 at the image's size.
 */
final class OldGnuMap {

    private static final int HEADER_ENTRIES_OFFSET = 386;
    private static final int HEADER_MORE_OFFSET = 482;
    private static final int REAL_SIZE_OFFSET = 483;
    private static final int REAL_SIZE_LENGTH = 12;
    private static final int EXTENSION_MORE_OFFSET = 504;
    private static final int ENTRY_LENGTH = SPARSE_OFFSET_LEN + SPARSE_NUMBYTES_LEN;

    private final long size;
    private final SparseMap data;

    OldGnuMap(long size, SparseMap data) {
        this.size = size;
        this.data = data;
    }

    /** Fills in what stands in the header itself. */
    void fill(byte[] header) {
        writeEntries(header, HEADER_ENTRIES_OFFSET, 0, SPARSE_HEADERS_IN_OLDGNU_HEADER);
        header[HEADER_MORE_OFFSET] = flag(entries() > SPARSE_HEADERS_IN_OLDGNU_HEADER);
        TarNumber.write(size, header, REAL_SIZE_OFFSET, REAL_SIZE_LENGTH);
    }

    void writeExtensions(TarOutput output) throws IOException {
        int written = SPARSE_HEADERS_IN_OLDGNU_HEADER;
        while (written < entries()) {
            byte[] block = new byte[TarInput.BLOCK_BYTES];
            writeEntries(block, 0, written, SPARSE_HEADERS_IN_EXTENSION_HEADER);
            written += SPARSE_HEADERS_IN_EXTENSION_HEADER;
            block[EXTENSION_MORE_OFFSET] = flag(written < entries());
            output.write(block);
        }
    }

    /** Reads the map from a header and the blocks that follow it, and the size that it is for. */
    static MemberData read(TarHeader header, long stored, TarInput input) throws IOException {
        var segments = new SparseMap();
        byte[] block = header.block();
        boolean open = readEntries(block, HEADER_ENTRIES_OFFSET, SPARSE_HEADERS_IN_OLDGNU_HEADER, segments, true);
        boolean more = block[HEADER_MORE_OFFSET] != 0;
        while (more) {
            block = input.block();
            open = readEntries(block, 0, SPARSE_HEADERS_IN_EXTENSION_HEADER, segments, open);
            more = block[EXTENSION_MORE_OFFSET] != 0;
        }
        return new MemberData(header.unsigned(REAL_SIZE_OFFSET, REAL_SIZE_LENGTH), segments, stored);
    }

    private int entries() {
        boolean holeAtEnd = data.count() == 0 || data.end(data.count() - 1) < size;
        return data.count() + (holeAtEnd ? 1 : 0);
    }

    private void writeEntries(byte[] block, int offset, int from, int maximum) {
        for (int entry = from; entry < Math.min(from + maximum, entries()); entry++) {
            int at = offset + (entry - from) * ENTRY_LENGTH;
            TarNumber.write(entry < data.count() ? data.start(entry) : size, block, at, SPARSE_OFFSET_LEN);
            TarNumber.write(
                    entry < data.count() ? data.length(entry) : 0, block, at + SPARSE_OFFSET_LEN, SPARSE_NUMBYTES_LEN);
        }
    }

    private static byte flag(boolean set) {
        return (byte) (set ? 1 : 0);
    }

    /**
     * @param open whether the map still goes on: its first empty entry ends it, and tools disagree about later ones
     * @return whether it still goes on behind these entries
     */
    private static boolean readEntries(byte[] block, int offset, int count, SparseMap segments, boolean open)
            throws Malformed {
        for (int at = offset; at < offset + count * ENTRY_LENGTH; at += ENTRY_LENGTH) {
            boolean empty = TarInput.isZero(block, at, ENTRY_LENGTH);
            if (!empty && !open) {
                throw new Malformed("has a sparse map that goes on behind its end");
            }
            open &= !empty;
            if (!empty) {
                segments.addForeign(
                        TarNumber.unsigned(block, at, SPARSE_OFFSET_LEN),
                        TarNumber.unsigned(block, at + SPARSE_OFFSET_LEN, SPARSE_NUMBYTES_LEN));
            }
        }
        return open;
    }
}
