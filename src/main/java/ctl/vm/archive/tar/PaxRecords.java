package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a pax extended header says about the member that follows: the records that matter here. Others are checked for
 * their form and dropped. Formats: POSIX.1-2017, pax, "pax Extended Header"; GNU tar manual, "Sparse Formats".
 */
final class PaxRecords {

    static final PaxRecords NONE = new PaxRecords();

    static final String PATH = "path";
    static final String SIZE = "size";
    static final String MODIFIED = "mtime";
    static final String SPARSE_NAME = "GNU.sparse.name";
    static final String SPARSE_MAJOR = "GNU.sparse.major";
    static final String SPARSE_MINOR = "GNU.sparse.minor";
    static final String SPARSE_REAL_SIZE = "GNU.sparse.realsize";
    static final String SPARSE_SIZE = "GNU.sparse.size";
    static final String SPARSE_COUNT = "GNU.sparse.numblocks";
    static final String SPARSE_MAP = "GNU.sparse.map";

    static final String COMMENT = "comment";

    private static final String SPARSE_OFFSET = "GNU.sparse.offset";
    private static final String SPARSE_LENGTH = "GNU.sparse.numbytes";
    private static final String SPARSE = "GNU.sparse.";
    /** Of star, for a file with holes; only bsdtar heeds it. */
    private static final String STAR_REAL_SIZE = "SCHILY.realsize";
    /** Of Solaris; only bsdtar heeds it. */
    private static final String SOLARIS_HOLES = "SUN.holesdata";
    private static final String LINK = "linkpath";
    /** Of these, all readers take the last. */
    private static final Set<String> PLAIN = Set.of(PATH, SIZE, MODIFIED, LINK);

    /** In the order of the header. */
    private final Map<String, String> records = new LinkedHashMap<>();
    private final SparseMap listed = new SparseMap(0);
    private OptionalLong listedOffset = OptionalLong.empty();
    private Optional<String> comment = Optional.empty();

    private PaxRecords() {}

    /** Takes the body of an extended header apart: {@code LENGTH KEY=VALUE\n}, over and over. */
    static PaxRecords of(byte[] body) throws BadPackage {
        var records = new PaxRecords();
        for (int start = 0; start < body.length;) {
            int blank = indexOf((byte) ' ', body, start, body.length);
            long length = TarNumber.decimal(new String(body, start, blank - start, StandardCharsets.ISO_8859_1));
            if (length > body.length - start || length <= blank - start || body[start + (int) length - 1] != '\n') {
                throw new BadPackage("has a pax record of a wrong length");
            }
            int end = start + (int) length;
            int equals = indexOf((byte) '=', body, blank, end);
            if (body[blank + 1] == '=' || body[blank + 1] == ' ' || body[blank + 1] == '\t') {
                // GNU tar takes the key to begin behind the blanks.
                throw new BadPackage("has a pax record without a key");
            }
            records.add(text(body, blank + 1, equals), text(body, equals + 1, end - 1));
            start = end;
        }
        if (records.listedOffset.isPresent()) {
            throw new BadPackage("has an incomplete sparse map");
        }
        return records;
    }

    /** A record as it stands in the body of an extended header. Its length counts the digits of itself. */
    static byte[] written(String key, String value) {
        byte[] content = " %s=%s\n".formatted(key, value).getBytes(StandardCharsets.UTF_8);
        int length = content.length;
        while (length != content.length + String.valueOf(length).length()) {
            length = content.length + String.valueOf(length).length();
        }
        byte[] digits = String.valueOf(length).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(length).put(digits).put(content).array();
    }

    /** Makes sure that these records can stand for a whole archive: none of them may change what a member is. */
    PaxRecords requireHarmless() throws BadPackage {
        if (!records.isEmpty() || listed.count() > 0) {
            throw new BadPackage("has a global pax header that would change every member");
        }
        return this;
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(records.get(key));
    }

    /** What no reader heeds: it says nothing about the member. The last, where there are several. */
    Optional<String> comment() {
        return comment;
    }

    OptionalLong number(String key) throws BadPackage {
        String text = records.get(key);
        return text == null ? OptionalLong.empty() : OptionalLong.of(TarNumber.decimal(text));
    }

    boolean isSparse() {
        return listed.count() > 0 || records.keySet().stream().anyMatch(key -> key.startsWith(SPARSE));
    }

    /**
     * The name that they give the member. Where they give two, Python takes the last and others that of a sparse file:
     * GNU tar itself writes the made-up path last, with the right name in another folder.
     */
    Optional<String> name() throws BadPackage {
        List<String> keys = new ArrayList<>(records.keySet());
        Optional<String> sparseName = text(SPARSE_NAME);
        if (sparseName.isPresent() && keys.indexOf(PATH) > keys.indexOf(SPARSE_NAME)
                && !fileName(sparseName.get()).equals(fileName(records.get(PATH)))) {
            throw new BadPackage("has two different names");
        }
        return sparseName.or(() -> text(PATH));
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Makes sure that no reader takes the member for an image of another size. @param size holes included */
    void requireSize(long size) throws BadPackage {
        for (String key : List.of(STAR_REAL_SIZE, SPARSE_SIZE, SPARSE_REAL_SIZE)) {
            if (number(key).orElse(size) != size) {
                throw new BadPackage("has two different sizes");
            }
        }
    }

    /** The map as version 0.0 lists it: a pair of records for each extent. */
    SparseMap listed() {
        return listed;
    }

    private void add(String key, String value) throws BadPackage {
        switch (key) {
            case SOLARIS_HOLES -> throw new BadPackage("has a sparse map of an unknown kind");
            case COMMENT -> comment = Optional.of(value);
            case SPARSE_OFFSET -> listOffset(TarNumber.decimal(value));
            case SPARSE_LENGTH -> listLength(TarNumber.decimal(value));
            default -> {
                if (PLAIN.contains(key) || key.startsWith(SPARSE) || key.equals(STAR_REAL_SIZE)) {
                    keep(key, value);
                }
            }
        }
    }

    private void keep(String key, String value) throws BadPackage {
        if (value.indexOf('\0') >= 0) {
            // Some readers take such a name up to here, others as a whole.
            throw new BadPackage("has a pax record with a zero byte");
        }
        if (key.equals(SPARSE_MAP)) {
            requireSizeBefore();
        }
        // Removed first, so that it stands at its last place.
        if (records.remove(key) != null && !PLAIN.contains(key)) {
            throw new BadPackage("has the pax record \"%s\" twice".formatted(key));
        }
        records.put(key, value);
    }

    /** GNU tar fails on a map that comes earlier, and bsdtar forgets it. */
    private void requireSizeBefore() throws BadPackage {
        if (!records.containsKey(SPARSE_SIZE) || !records.containsKey(SPARSE_COUNT)) {
            throw new BadPackage("has a sparse map in front of its size");
        }
    }

    private void listOffset(long offset) throws BadPackage {
        requireSizeBefore();
        if (listedOffset.isPresent()) {
            throw new BadPackage("has an incomplete sparse map");
        }
        listedOffset = OptionalLong.of(offset);
    }

    private void listLength(long length) throws BadPackage {
        long offset = listedOffset.orElseThrow(() -> new BadPackage("has an incomplete sparse map"));
        listed.addForeign(offset, length);
        listedOffset = OptionalLong.empty();
    }

    private static int indexOf(byte wanted, byte[] body, int start, int end) throws BadPackage {
        for (int at = start; at < end; at++) {
            if (body[at] == wanted) {
                return at;
            }
        }
        throw new BadPackage("has a pax record that is none");
    }

    private static String text(byte[] body, int start, int end) {
        return new String(body, start, end - start, StandardCharsets.UTF_8);
    }
}
