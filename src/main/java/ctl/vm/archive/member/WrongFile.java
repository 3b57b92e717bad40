package ctl.vm.archive.member;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.Misuse.WrongFile.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a file that is given for a package and is something else: an error page, a pointer to the file, an encrypted
 * file, a disk. Magic numbers are those of file(1), where nothing else is said.
 */
public final class WrongFile {

    /** So much of the start of a file tells: the superblock of btrfs stands last. */
    public static final int START_BYTES = 0x10080;

    private static final int MOST_SHOWN = 60;
    private static final int TEXT_BYTES = 512;

    /** Where the boot sector of a PC has its mark, and before it a table of four partitions. */
    private static final int BOOT_MARK = 510;
    private static final int PARTITIONS = 446;
    private static final int PARTITION_BYTES = 16;

    /** What the bytes at a place in the file say of it. */
    private record Mark(int position, String bytes, Kind kind, String description) {}

    private static final List<Mark> MARKS = List.of(
            new Mark(0, "age-encryption.org/v1", Kind.AGE, ""),
            new Mark(0, "-----BEGIN AGE ENCRYPTED FILE-----", Kind.AGE, ""),
            new Mark(0, "-----BEGIN PGP MESSAGE-----", Kind.GPG, ""),
            new Mark(0, "-----BEGIN PGP SIGNATURE-----", Kind.SIGNATURE, ""),
            new Mark(0, "untrusted comment: ", Kind.SIGNATURE, ""),
            new Mark(0, "Salted__", Kind.OPENSSL, ""),
            new Mark(0, "version https://git-lfs.github.com/spec/", Kind.LFS_POINTER, ""),
            new Mark(0, "/annex/objects/", Kind.ANNEX_POINTER, ""),
            new Mark(0x8001, "CD001", Kind.ISO, ""),
            new Mark(512, "EFI PART", Kind.DISK, "a disk with a partition table (GPT)"),
            new Mark(0, "LUKS\u00ba\u00be", Kind.DISK, "a disk that is encrypted with LUKS"),
            new Mark(0, "hsqs", Kind.DISK, "a squashfs filesystem"),
            new Mark(0, "XFSB", Kind.DISK, "an XFS filesystem"),
            new Mark(0x438, "\u0053\u00ef", Kind.DISK, "an ext2, ext3 or ext4 filesystem"),
            new Mark(0x10040, "_BHRfS_M", Kind.DISK, "a btrfs filesystem"),
            new Mark(3, "NTFS    ", Kind.DISK, "an NTFS filesystem"),
            new Mark(3, "EXFAT   ", Kind.DISK, "an exFAT filesystem"),
            new Mark(54, "FAT1", Kind.DISK, "a FAT filesystem"),
            new Mark(82, "FAT32", Kind.DISK, "a FAT filesystem"),
            new Mark(512, "LABELONE", Kind.DISK, "a physical volume of LVM"),
            new Mark(0, "!<arch>\n", Kind.OTHER, "an ar archive, as .deb packages are"),
            new Mark(0, "\u00ed\u00ab\u00ee\u00db", Kind.OTHER, "an RPM package"),
            new Mark(0, "\u007fELF", Kind.OTHER, "a program"),
            new Mark(0, "MSCF", Kind.OTHER, "a cabinet archive"),
            new Mark(0, "%PDF-", Kind.OTHER, "a PDF document"),
            new Mark(0, "\u0089PNG", Kind.OTHER, "a PNG picture"),
            new Mark(0, "SQLite format 3", Kind.OTHER, "an SQLite database"));

    private static final Pattern HTML = Pattern
            .compile("(?is)(<!--.*?-->\\s*)*<(!doctype\\s+html|html|head|body)\\b.*");
    private static final Pattern TITLE = Pattern.compile("(?is)<title[^>]*>\\s*([^<]+?)\\s*<");
    private static final Pattern TORRENT = Pattern.compile(
            "d\\d{1,2}:(announce|announce-list|comment|created by|creation date|info|nodes|url-list).*",
            Pattern.DOTALL);
    private static final Pattern CONTAINER = Pattern.compile("(?s)\\{.*\"(schemaVersion|imageLayoutVersion)\".*");

    private WrongFile() {}

    /** @param start the first {@value #START_BYTES} bytes, or fewer; then less is known */
    public static Optional<Misuse.WrongFile> of(ByteBuffer start, String name) {
        return marked(start)
                .or(() -> openPgp(start))
                .or(() -> partitioned(start))
                .or(() -> text(start))
                .map(found -> new Misuse.WrongFile(name, found.kind, found.description, Optional.empty()));
    }

    private static Optional<Mark> marked(ByteBuffer start) {
        return MARKS.stream()
                .filter(mark -> new FileFormat.Magic(false, mark.position, mark.bytes).isIn(start))
                .findFirst();
    }

    private static Mark found(Kind kind, String description) {
        return new Mark(0, "", kind, description);
    }

    /**
     * A session key that is encrypted with a public key or a passphrase comes first (RFC 9580, sections 4.2, 5.1 and
     * 5.3).
     */
    private static Optional<Mark> openPgp(ByteBuffer start) {
        if (start.remaining() < PARTITION_BYTES) {
            return Optional.empty();
        }
        int header = at(start, 0);
        boolean isNew = (header & 0xc0) == 0xc0;
        int tag = isNew ? header & 0x3f : header >> 2 & 0xf;
        int body = isNew ? at(start, 1) < 192 ? 2 : 3 : 2 + (header & 3);
        boolean isPublic = tag == 1 && at(start, body) == 3 && at(start, body + 9) <= 25;
        boolean isPassphrase = tag == 3 && at(start, body) >= 4 && at(start, body) <= 6 && at(start, body + 1) <= 13
                && at(start, body + 2) <= 4;
        return (header & 0x80) != 0 && (isNew || (header & 3) < 2) && (isPublic || isPassphrase)
                ? Optional.of(found(Kind.GPG, ""))
                : Optional.empty();
    }

    private static Optional<Mark> partitioned(ByteBuffer start) {
        if (start.remaining() < TEXT_BYTES || at(start, BOOT_MARK) != 0x55 || at(start, BOOT_MARK + 1) != 0xaa) {
            return Optional.empty();
        }
        boolean any = false;
        for (int entry = PARTITIONS; entry < BOOT_MARK; entry += PARTITION_BYTES) {
            if ((at(start, entry) & 0x7f) != 0) {
                return Optional.empty();
            }
            any |= at(start, entry + 4) != 0;
        }
        return any ? Optional.of(found(Kind.DISK, "a disk with a partition table (MBR)")) : Optional.empty();
    }

    private static Optional<Mark> text(ByteBuffer start) {
        Optional<String> decoded = decoded(start);
        if (decoded.isEmpty() || decoded.get().isBlank()) {
            return TORRENT.matcher(latin(start)).matches()
                    ? Optional.of(found(Kind.TORRENT, ""))
                    : Optional.empty();
        }
        String text = decoded.get().strip();
        String line = text.lines().findFirst().orElse("").strip();
        String shown = line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "…" : line;
        if (HTML.matcher(text).matches()) {
            Matcher title = TITLE.matcher(text);
            return Optional.of(found(Kind.HTML, title.find() ? title.group(1).replaceAll("\\s+", " ") : shown));
        }
        if (TORRENT.matcher(text).matches()) {
            return Optional.of(found(Kind.TORRENT, ""));
        }
        return Optional.of(found(CONTAINER.matcher(text).matches() ? Kind.CONTAINER : Kind.TEXT, shown));
    }

    /** The start as text, without a mark of its encoding; empty where it is none. The last character may be cut. */
    private static Optional<String> decoded(ByteBuffer start) {
        ByteBuffer bytes = start.slice(start.position(), Math.min(start.remaining(), TEXT_BYTES));
        for (int at = 0; at < bytes.limit(); at++) {
            int value = at(bytes, at);
            if (value == 0x7f || value < ' ' && value != '\t' && value != '\n' && value != '\r' && value != '\f') {
                return Optional.empty();
            }
        }
        for (int cut = 0; cut < Integer.BYTES && cut <= bytes.limit(); cut++) {
            try {
                String text = StandardCharsets.UTF_8.newDecoder()
                        .decode(bytes.slice(0, bytes.limit() - cut)).toString();
                return Optional.of(text.startsWith("\ufeff") ? text.substring(1) : text);
            } catch (CharacterCodingException noText) { // unless it is a character that is cut
            }
        }
        return Optional.empty();
    }

    private static String latin(ByteBuffer start) {
        return StandardCharsets.ISO_8859_1
                .decode(start.slice(start.position(), Math.min(start.remaining(), TEXT_BYTES))).toString();
    }

    private static int at(ByteBuffer start, int position) {
        return Byte.toUnsignedInt(start.order(ByteOrder.LITTLE_ENDIAN).get(start.position() + position));
    }
}
