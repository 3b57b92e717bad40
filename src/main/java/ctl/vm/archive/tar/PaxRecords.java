package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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

    private static final String SPARSE_OFFSET = "GNU.sparse.offset";
    private static final String SPARSE_LENGTH = "GNU.sparse.numbytes";
    private static final String LINK = "linkpath";
    private static final String SPARSE = "GNU.sparse.";
    private static final Set<String> PLAIN = Set.of(PATH, SIZE, MODIFIED, LINK);

    private final Map<String, String> records = new HashMap<>();
    private final SparseMap listed = new SparseMap(0);
    private OptionalLong listedOffset = OptionalLong.empty();

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
            records.add(text(body, blank + 1, equals), text(body, equals + 1, end - 1));
            start = end;
        }
        if (records.listedOffset.isPresent()) {
            throw new BadPackage("has an incomplete sparse map");
        }
        return records;
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

    OptionalLong number(String key) throws BadPackage {
        String text = records.get(key);
        return text == null ? OptionalLong.empty() : OptionalLong.of(TarNumber.decimal(text));
    }

    boolean isSparse() {
        return listed.count() > 0 || records.keySet().stream().anyMatch(key -> key.startsWith(SPARSE));
    }

    /** The map as version 0.0 lists it: a pair of records for each extent. */
    SparseMap listed() {
        return listed;
    }

    private void add(String key, String value) throws BadPackage {
        switch (key) {
            case SPARSE_OFFSET -> listOffset(TarNumber.decimal(value));
            case SPARSE_LENGTH -> listLength(TarNumber.decimal(value));
            default -> {
                if (PLAIN.contains(key) || key.startsWith(SPARSE)) {
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
        if (records.put(key, value) != null) {
            throw new BadPackage("has the pax record \"%s\" twice".formatted(key));
        }
    }

    private void listOffset(long offset) throws BadPackage {
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
