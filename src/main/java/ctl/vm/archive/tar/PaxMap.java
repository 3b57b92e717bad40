package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;
import java.io.IOException;

/**
 * The map of a sparse member in pax form (GNU tar manual, "Sparse Formats"): in records of its extended header in
 * versions 0.0 and 0.1, in front of its data in version 1.0.
 */
final class PaxMap {

    private static final String VERSION_1 = "1";
    private static final String VERSION_1_MINOR = "0";

    private PaxMap() {}

    /** @param stored bytes that the member has in the archive, its map included */
    static MemberData read(PaxRecords records, long stored, TarInput input) throws IOException {
        if (records.text(PaxRecords.SPARSE_MAJOR).isPresent()) {
            return fromData(records, stored, input);
        }
        long size = required(records, PaxRecords.SPARSE_SIZE);
        SparseMap data = records.text(PaxRecords.SPARSE_MAP).isPresent() ? fromText(records) : records.listed();
        if (data.count() != required(records, PaxRecords.SPARSE_COUNT)) {
            throw new Malformed("has a sparse map with another number of entries than it says");
        }
        return new MemberData(size, data, stored);
    }

    /** Version 0.1: {@code OFFSET,LENGTH,OFFSET,LENGTH…} in one record. */
    private static SparseMap fromText(PaxRecords records) throws Malformed {
        String map = records.text(PaxRecords.SPARSE_MAP).orElseThrow();
        if (records.listed().count() > 0) {
            throw new Malformed("has two sparse maps");
        }
        var data = new SparseMap();
        String[] numbers = map.isEmpty() ? new String[0] : map.split(",", -1);
        if (numbers.length % 2 != 0) {
            throw new Malformed("has an incomplete sparse map");
        }
        for (int at = 0; at < numbers.length; at += 2) {
            data.addForeign(TarNumber.decimal(numbers[at]), TarNumber.decimal(numbers[at + 1]));
        }
        return data;
    }

    /** Version 1.0: a line with the number of entries, then a line for each offset and each length. */
    private static MemberData fromData(PaxRecords records, long stored, TarInput input) throws IOException {
        boolean known = records.text(PaxRecords.SPARSE_MAJOR).filter(VERSION_1::equals).isPresent()
                && records.text(PaxRecords.SPARSE_MINOR).filter(VERSION_1_MINOR::equals).isPresent();
        if (!known || records.listed().count() > 0 || records.text(PaxRecords.SPARSE_MAP).isPresent()) {
            throw new Malformed("has a sparse map of an unknown version");
        }
        var lines = new NumberLines(input, stored);
        var data = new SparseMap();
        long count = lines.next();
        for (long entry = 0; entry < count; entry++) {
            data.addForeign(lines.next(), lines.next());
        }
        return new MemberData(required(records, PaxRecords.SPARSE_REAL_SIZE), data, stored - lines.end());
    }

    private static long required(PaxRecords records, String key) throws Malformed {
        return records.number(key).orElseThrow(() -> new Malformed("has a sparse map without " + key));
    }
}
