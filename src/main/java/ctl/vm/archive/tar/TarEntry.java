package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackageWarnings;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One member of a tar archive with all that its header and the headers before it say, checked as far as that goes
 * without knowing what it is for. Its data has not been read yet.
 *
 * @param name as the archive has it
 * @param data where the stored bytes belong
 * @param modified whole seconds, or what a pax record says
 * @param mode permission bits
 */
public record TarEntry(String name, boolean isFolder, SparseMap data, Instant modified, int mode) {

    /** From here on, a size does not fit in the header of the oldest format. */
    private static final long HEADER_SIZE_LIMIT = 1L << 33;

    private static final Pattern TIME = Pattern.compile("(-?[0-9]+)(?:\\.([0-9]*))?");
    private static final int MAXIMUM_DIGITS = 18;
    private static final int NANO_DIGITS = 9;
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** The types of members that a package may hold. */
    private enum Type {
        FILE,
        SPARSE_FILE,
        FOLDER
    }

    /** Takes together what the headers say, and reads the map of a sparse member. */
    static TarEntry read(
            String name, TarHeader header, PaxRecords records, TarInput input, PackageWarnings warnings)
            throws IOException {
        Type type = type(header.type(), name);
        long stored = stored(header, records);
        SparseMap data = data(type, header, records, stored, input);
        if (type == Type.FOLDER && stored > 0) {
            throw new BadPackage("is a folder with data");
        }
        Instant said = modified(header, records);
        Instant modified = possible(said);
        if (!modified.equals(said) && type != Type.FOLDER) {
            warnings.add("%s has a modification time that no file can have: it gets %s".formatted(name, modified));
        }
        return new TarEntry(name, type == Type.FOLDER, data, modified, header.mode());
    }

    /** @param name in the oldest form of tar, only a slash at its end tells a folder */
    private static Type type(byte type, String name) throws BadPackage {
        return switch (type) {
            case TarHeader.FILE, TarHeader.OLD_FILE -> name.endsWith("/") ? Type.FOLDER : Type.FILE;
            case TarHeader.SPARSE_FILE -> Type.SPARSE_FILE;
            case TarHeader.FOLDER -> Type.FOLDER;
            case TarHeader.HARD_LINK -> throw new BadPackage("is a hard link");
            case TarHeader.SYMBOLIC_LINK -> throw new BadPackage("is a symbolic link");
            case TarHeader.CHARACTER_DEVICE, TarHeader.BLOCK_DEVICE -> throw new BadPackage("is a device");
            case TarHeader.PIPE -> throw new BadPackage("is a named pipe");
            // A number, because the letter may be one that a terminal obeys.
            default -> throw new BadPackage("is of the unknown type %d".formatted(Byte.toUnsignedInt(type)));
        };
    }

    private static SparseMap data(Type type, TarHeader header, PaxRecords records, long stored, TarInput input)
            throws IOException {
        if (type == Type.SPARSE_FILE && !header.isGnu() || type != Type.FILE && records.isSparse()) {
            throw new BadPackage("has a sparse map of an unknown kind");
        }
        if (type == Type.SPARSE_FILE) {
            return OldGnuMap.read(header, input).checked(stored);
        }
        return records.isSparse() ? PaxMap.read(records, stored, input) : SparseMap.dense(stored).checked(stored);
    }

    /**
     * Bytes of data in the archive. A pax record may say so where the header cannot; where the header could and says
     * otherwise, tools would go on reading at different places.
     */
    private static long stored(TarHeader header, PaxRecords records) throws BadPackage {
        long inHeader = header.size();
        OptionalLong inRecord = records.number(PaxRecords.SIZE);
        long stored = inRecord.orElse(inHeader);
        if (stored != inHeader && inHeader != 0 && stored < HEADER_SIZE_LIMIT) {
            throw new BadPackage("has two different sizes");
        }
        return stored;
    }

    private static Instant modified(TarHeader header, PaxRecords records) throws BadPackage {
        Optional<String> record = records.text(PaxRecords.MODIFIED);
        if (record.isEmpty()) {
            return instant(header.modified(), 0);
        }
        Matcher parts = TIME.matcher(record.get());
        if (!parts.matches()) {
            throw new BadPackage("has a modification time that is none");
        }
        // Digits behind the ninth are below what a filesystem keeps.
        String fraction = Optional.ofNullable(parts.group(2)).orElse("") + "0".repeat(NANO_DIGITS);
        long nanos = Long.parseLong(fraction.substring(0, NANO_DIGITS));
        boolean isNegative = record.get().startsWith("-");
        String digits = parts.group(1);
        long seconds = digits.length() <= MAXIMUM_DIGITS
                ? Long.parseLong(digits)
                : isNegative ? Long.MIN_VALUE : Long.MAX_VALUE;
        return instant(seconds, isNegative ? -nanos : nanos);
    }

    /** The nearest that there is. */
    private static Instant instant(long seconds, long nanos) {
        return seconds < Instant.MIN.getEpochSecond() || seconds >= Instant.MAX.getEpochSecond()
                ? seconds < 0 ? Instant.MIN : Instant.MAX
                : Instant.ofEpochSecond(seconds, nanos);
    }

    /** The nearest that a file can have, and that the journal can keep. */
    private static Instant possible(Instant said) {
        return said.isBefore(EARLIEST) ? EARLIEST : said.isAfter(LATEST) ? LATEST : said;
    }
}
