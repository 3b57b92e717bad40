package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.inventory.value.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The map of a sparse member in pax form (GNU tar manual, "Sparse Formats"): in records of its extended header in
 * versions 0.0 and 0.1, in front of its data in version 1.0.
 */
final class PaxMap {

    private static final String VERSION_1 = "1";
    private static final String VERSION_1_MINOR = "0";
    private static final int MAXIMUM_DIGITS = 19;

    private final TarInput input;
    private final long stored;
    private byte[] block = new byte[0];
    private int position;
    private long read;

    private PaxMap(TarInput input, long stored) {
        this.input = input;
        this.stored = stored;
    }

    /** @param stored bytes that the member has in the archive, its map included */
    static SparseMap read(PaxRecords records, long stored, TarInput input) throws IOException {
        if (records.text(PaxRecords.SPARSE_MAJOR).isPresent()) {
            return new PaxMap(input, stored).fromData(records);
        }
        long size = required(records, PaxRecords.SPARSE_SIZE);
        SparseMap data = records.text(PaxRecords.SPARSE_MAP).isPresent() ? fromText(records) : records.listed();
        if (data.count() != required(records, PaxRecords.SPARSE_COUNT)) {
            throw new BadPackage("has a sparse map with another number of entries than it says");
        }
        return data.ofSize(size).checked(stored);
    }

    /** Version 0.1: {@code OFFSET,LENGTH,OFFSET,LENGTH…} in one record. */
    private static SparseMap fromText(PaxRecords records) throws BadPackage {
        String map = records.text(PaxRecords.SPARSE_MAP).orElseThrow();
        if (records.listed().count() > 0) {
            throw new BadPackage("has two sparse maps");
        }
        var data = new SparseMap(0);
        String[] numbers = map.isEmpty() ? new String[0] : map.split(",", -1);
        if (numbers.length % 2 != 0) {
            throw new BadPackage("has an incomplete sparse map");
        }
        for (int at = 0; at < numbers.length; at += 2) {
            data.addForeign(TarNumber.decimal(numbers[at]), TarNumber.decimal(numbers[at + 1]));
        }
        return data;
    }

    /**
     * Version 1.0: a line with the number of entries, then a line for each offset and each length; zeros fill the last
     * block.
     */
    private SparseMap fromData(PaxRecords records) throws IOException {
        boolean known = records.text(PaxRecords.SPARSE_MAJOR).filter(VERSION_1::equals).isPresent()
                && records.text(PaxRecords.SPARSE_MINOR).filter(VERSION_1_MINOR::equals).isPresent();
        if (!known || records.listed().count() > 0 || records.text(PaxRecords.SPARSE_MAP).isPresent()) {
            throw new BadPackage("has a sparse map of an unknown version");
        }
        var data = new SparseMap(0);
        long count = line();
        for (long entry = 0; entry < count; entry++) {
            data.addForeign(line(), line());
        }
        SparseMap whole = data.ofSize(required(records, PaxRecords.SPARSE_REAL_SIZE));
        if (!Zeros.isAllZero(ByteBuffer.wrap(block, position, block.length - position))) {
            throw new BadPackage("has a sparse map that goes on behind its end");
        }
        return whole.checked(stored - read);
    }

    private long line() throws IOException {
        var digits = new StringBuilder(MAXIMUM_DIGITS);
        for (int character = character(); character != '\n'; character = character()) {
            if (digits.length() == MAXIMUM_DIGITS) {
                throw new BadPackage("has a number that is too large");
            }
            digits.append((char) character);
        }
        return TarNumber.decimal(digits.toString());
    }

    private int character() throws IOException {
        if (position == block.length) {
            if (stored - read < TarInput.BLOCK_BYTES) {
                throw new BadPackage("has a sparse map that is longer than its data");
            }
            block = input.block();
            position = 0;
            read += block.length;
        }
        return Byte.toUnsignedInt(block[position++]);
    }

    private static long required(PaxRecords records, String key) throws BadPackage {
        return records.number(key).orElseThrow(() -> new BadPackage("has a sparse map without " + key));
    }
}
