package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;
import java.io.IOException;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * One member of a tar archive with all that its header and the headers before it say, checked as far as that goes
 * without knowing what it is for. Its data has not been read yet.
 *
 * @param name as the archive has it
 * @param mode permission bits
 */
public record TarEntry(String name, EntryType type, MemberData content, Instant modified, int mode) {

    /** From here on, a size does not fit in the header of the oldest format. */
    private static final long HEADER_SIZE_LIMIT = 1L << 33;

    /** Takes together what the headers say, and reads the map of a sparse member. */
    static TarEntry read(String name, TarHeader header, PaxRecords records, TarInput input) throws IOException {
        EntryType type = EntryType.of(header.type(), name);
        long stored = stored(header, records);
        MemberData content = content(type, header, records, stored, input).checked();
        if (type == EntryType.FOLDER && stored > 0) {
            throw new Malformed("is a folder with data");
        }
        return new TarEntry(name, type, content, MemberTime.of(header, records), header.mode());
    }

    private static MemberData content(
            EntryType type, TarHeader header, PaxRecords records, long stored, TarInput input) throws IOException {
        if (type == EntryType.SPARSE_FILE && !header.isGnu() || type != EntryType.FILE && records.isSparse()) {
            throw new Malformed("has a sparse map of an unknown kind");
        }
        if (type == EntryType.SPARSE_FILE) {
            return OldGnuMap.read(header, stored, input);
        }
        return records.isSparse() ? PaxMap.read(records, stored, input) : MemberData.dense(stored);
    }

    /**
     * Bytes of data in the archive. A pax record may say so where the header cannot; where the header could and says
     * otherwise, tools would go on reading at different places.
     */
    private static long stored(TarHeader header, PaxRecords records) throws Malformed {
        long inHeader = header.size();
        OptionalLong inRecord = records.number(PaxRecords.SIZE);
        long stored = inRecord.orElse(inHeader);
        if (stored != inHeader && inHeader != 0 && stored < HEADER_SIZE_LIMIT) {
            throw new Malformed("has two different sizes");
        }
        return stored;
    }
}
