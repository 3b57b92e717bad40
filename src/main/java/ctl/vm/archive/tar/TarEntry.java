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
 * @param type as far as it matters
 * @param why it cannot be an image, such as "is a symbolic link"; empty for files and folders
 * @param data where the stored bytes belong
 * @param modified whole seconds, or what a pax record says
 * @param mode permission bits
 * @param comment of the extended header in front of it, which says nothing about the member itself
 */
public record TarEntry(
        String name, Type type, Optional<String> why, SparseMap data, Instant modified, int mode,
        Optional<String> comment) {

    /** From here on, a size does not fit in the header of the oldest format. */
    private static final long HEADER_SIZE_LIMIT = 1L << 33;

    private static final Pattern TIME = Pattern.compile("(-?[0-9]+)(?:\\.([0-9]*))?");
    private static final int MAXIMUM_DIGITS = 18;
    private static final int NANO_DIGITS = 9;
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** What a member is. */
    public enum Type {
        /** A file, maybe with holes: all that can be an image. */
        FILE,
        FOLDER,
        /** Its path leads elsewhere, or will lead to what another program writes there. */
        LINK,
        /** A device, a named pipe, a label, or what only the program knows that made the archive. */
        OTHER
    }

    /** Takes together what the headers say, and reads the map of a sparse member. */
    static TarEntry read(
            String name, TarHeader header, PaxRecords records, TarInput input, PackageWarnings warnings)
            throws IOException {
        Type type = type(header.type(), name);
        if (header.type() != TarHeader.SPARSE_FILE && header.isGnu() && OldGnuMap.isIn(header)) {
            throw new BadPackage("has a sparse map that only some programs read");
        }
        SparseMap data = data(type, name, header, records, input);
        Instant said = modified(header, records);
        Instant modified = possible(said);
        if (!modified.equals(said) && type == Type.FILE) {
            warnings.add("%s has a modification time that no file can have: it gets %s".formatted(name, modified));
        }
        return new TarEntry(name, type, why(header.type()), data, modified, header.mode(), records.comment());
    }

    /** @param name in the oldest form of tar, only a slash at its end tells a folder */
    private static Type type(byte type, String name) {
        return switch (type) {
            case TarHeader.FILE, TarHeader.OLD_FILE, TarHeader.CONTIGUOUS_FILE ->
                name.endsWith("/") ? Type.FOLDER : Type.FILE;
            case TarHeader.SPARSE_FILE -> Type.FILE;
            case TarHeader.FOLDER, TarHeader.DUMPED_FOLDER -> Type.FOLDER;
            case TarHeader.HARD_LINK, TarHeader.SYMBOLIC_LINK -> Type.LINK;
            default -> Type.OTHER;
        };
    }

    private static Optional<String> why(byte type) throws BadPackage {
        return switch (type) {
            case TarHeader.FILE, TarHeader.OLD_FILE, TarHeader.CONTIGUOUS_FILE, TarHeader.SPARSE_FILE,
                    TarHeader.FOLDER, TarHeader.DUMPED_FOLDER ->
                Optional.empty();
            // Python gives the time of the link to the file that it leads to.
            case TarHeader.HARD_LINK -> throw new BadPackage("is a hard link");
            case TarHeader.SYMBOLIC_LINK -> Optional.of("is a symbolic link");
            case TarHeader.CHARACTER_DEVICE, TarHeader.BLOCK_DEVICE -> Optional.of("is a device");
            case TarHeader.PIPE -> Optional.of("is a named pipe");
            case TarHeader.VOLUME_LABEL -> Optional.of("is a volume label");
            case TarHeader.CONTINUED_FILE -> throw new BadPackage("begins in another volume: all of them are needed");
            // A number, because the letter may be one that a terminal obeys.
            default -> Optional.of("is of the unknown type %d".formatted(Byte.toUnsignedInt(type)));
        };
    }

    private static SparseMap data(Type type, String name, TarHeader header, PaxRecords records, TarInput input)
            throws IOException {
        boolean isOldGnu = header.type() == TarHeader.SPARSE_FILE;
        if (isOldGnu && (!header.isGnu() || name.endsWith("/"))
                || (isOldGnu || type != Type.FILE) && records.isSparse()) {
            throw new BadPackage("has a sparse map of an unknown kind");
        }
        boolean isSparse = isOldGnu || records.isSparse();
        long stored = stored(type, name, header, records, isSparse);
        SparseMap data = isOldGnu
                ? OldGnuMap.read(header, input)
                : isSparse ? PaxMap.read(records, stored, input) : SparseMap.dense(stored);
        if (!records.isSparse()) {
            // A map in pax form may stand in the data itself, and has been compared with what is left of it.
            data.checked(stored);
        }
        records.requireSize(data.size());
        return data;
    }

    /**
     * Bytes of data in the archive. A pax record overrides the header, but readers agree on that only for files without
     * holes, or where the header has no room for the size. What is neither file nor of an unknown type has no data,
     * whatever its header says.
     */
    private static long stored(Type type, String name, TarHeader header, PaxRecords records, boolean isSparse)
            throws BadPackage {
        long inHeader = header.size();
        OptionalLong inRecord = records.number(PaxRecords.SIZE);
        if (hasNoData(header.type()) || isOldFolder(name, header)) {
            if (inRecord.orElse(0) != 0) {
                throw new BadPackage("has two different sizes");
            }
            return 0;
        }
        long stored = inRecord.orElse(inHeader);
        if (isSparse && stored != inHeader && stored < HEADER_SIZE_LIMIT) {
            throw new BadPackage("has two different sizes");
        }
        boolean isDumped = header.type() == TarHeader.DUMPED_FOLDER;
        if (stored > 0 && (type == Type.FOLDER && !isDumped || header.type() == TarHeader.VOLUME_LABEL)) {
            throw new BadPackage(type == Type.FOLDER ? "is a folder with data" : "is a volume label with data");
        }
        return stored;
    }

    private static boolean hasNoData(byte type) {
        return switch (type) {
            case TarHeader.HARD_LINK, TarHeader.SYMBOLIC_LINK, TarHeader.CHARACTER_DEVICE, TarHeader.BLOCK_DEVICE,
                    TarHeader.FOLDER, TarHeader.PIPE ->
                true;
            default -> false;
        };
    }

    /**
     * Of a folder in the oldest form, Python goes by the name in the header, others by the one that it gets in the end.
     */
    private static boolean isOldFolder(String name, TarHeader header) throws BadPackage {
        if (header.type() != TarHeader.OLD_FILE) {
            return false;
        }
        if (name.endsWith("/") != header.name().endsWith("/")) {
            throw new BadPackage("is a folder for some programs and a file for others");
        }
        return name.endsWith("/");
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
