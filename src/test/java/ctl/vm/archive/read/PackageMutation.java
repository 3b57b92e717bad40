package ctl.vm.archive.read;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.tar.TarHeader;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.archive.write.OurPackage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Makes hostile packages out of sound archives, the same ones for the same seed: fields of headers with the checksum
 * put right again, pax records with their lengths put right again (or not), sparse maps, sizes, members that are left
 * out, doubled or taken from elsewhere, cuts, and bits turned over, in the archive or in what it is packed with.
 */
public final class PackageMutation {

    private static final int BLOCK = 512;

    /** Where a header's fields begin. */
    private static final int[] FIELDS = {HeaderBytes.NAME, HeaderBytes.MODE, 108, 116, HeaderBytes.SIZE,
        HeaderBytes.MODIFIED, HeaderBytes.TYPE, 157, HeaderBytes.MAGIC, 263, 265, 297, 329, 337,
        HeaderBytes.PREFIX, HeaderBytes.SPARSE, HeaderBytes.SPARSE + 12, HeaderBytes.SPARSE + 24,
        HeaderBytes.SPARSE + 36, HeaderBytes.SPARSE_MORE, HeaderBytes.REAL_SIZE};

    private static final int[] NUMBERS = {HeaderBytes.SIZE, HeaderBytes.SIZE, HeaderBytes.MODIFIED, HeaderBytes.SPARSE,
        HeaderBytes.SPARSE + 12, HeaderBytes.SPARSE + 24, HeaderBytes.SPARSE + 36, HeaderBytes.REAL_SIZE,
        HeaderBytes.REAL_SIZE};

    private static final String[] NAMES = {"../disk.s2e.x", "/disk.s2e", "disk.s2e", "disk.s2e.x", "./disk.s2e.ready",
        "a/disk.s2e", "disk.s2e.READY", "disk.s2e/", "", ".", "a/../../b", "disk.s2e.\u001b[2J", "README", "b/",
        "disk.s2e.\u00e9", "disk.s2e.e\u0301", "x\0y", "disk.s2e.", "a\\b", "-rf", ".staging", "disk.s2e.\n"};

    private static final String TYPES = "\00001234567LKxgXSDMNV \u007fQ";

    private static final String[] KEYS = {"path", "size", "mtime", "linkpath", "GNU.sparse.name", "GNU.sparse.major",
        "GNU.sparse.minor", "GNU.sparse.realsize", "GNU.sparse.size", "GNU.sparse.numblocks", "GNU.sparse.map",
        "GNU.sparse.offset", "GNU.sparse.numbytes", "uid", "comment", "", "SCHILY.dev", "hdrcharset"};

    /** A record of a pax header, or a number in a list. */
    private static final Pattern RECORD = Pattern.compile("\\d+ [^=]{0,40}=[^\\n]*\\n");

    private final List<PackageCorpus.Archive> corpus;
    private final Random random;
    private byte[] tar = {};

    public PackageMutation(List<PackageCorpus.Archive> corpus, long seed) {
        this.corpus = corpus;
        this.random = new Random(seed);
    }

    /** A package. */
    public byte[] next() {
        tar = any(corpus).tar().clone();
        boolean insideOnly = random.nextInt(4) > 0;
        for (int changes = insideOnly ? 1 + random.nextInt(4) : random.nextInt(2); changes > 0; changes--) {
            change();
        }
        byte[] packed = packed();
        for (int changes = insideOnly ? 0 : 1 + random.nextInt(3); changes > 0; changes--) {
            packed = changedOutside(packed);
        }
        return packed;
    }

    private void change() {
        switch (random.nextInt(14)) {
            case 0, 1 -> atHeader(block -> block.bytes(anyOf(FIELDS), noise(1 + random.nextInt(4))));
            case 2, 3, 4 -> atHeader(this::withNumber);
            case 5 -> atHeader(block -> block.bytes(HeaderBytes.TYPE, (byte) TYPES.charAt(
                    random.nextInt(TYPES.length()))));
            case 6 -> atHeader(block -> block.bytes(0, new byte[100]).text(0, any(NAMES)));
            case 7, 8, 9 -> changeRecord();
            case 10 -> addDescription();
            case 11 -> moveBlocks();
            case 12 -> tar = Arrays.copyOf(tar, random.nextInt(tar.length + 1));
            default -> turnBits();
        }
    }

    private HeaderBytes withNumber(HeaderBytes block) {
        int field = anyOf(NUMBERS);
        return random.nextInt(4) == 0
                ? block.text(field, "%011o\0".formatted(random.nextInt(100_000)))
                : block.number(field, number());
    }

    private long number() {
        long near = 1L << random.nextInt(64);
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(2048);
            case 1 -> random.nextInt(2048) * 512L;
            case 2 -> near + random.nextInt(-1, 2);
            case 3 -> -near;
            default -> random.nextLong();
        };
    }

    private void atHeader(Change change) {
        List<Integer> headers = headers(tar);
        if (!headers.isEmpty()) {
            int at = any(headers);
            var block = new HeaderBytes("").bytes(0, Arrays.copyOfRange(tar, at, at + BLOCK));
            HeaderBytes changed = change.of(block);
            System.arraycopy(random.nextInt(20) == 0 ? changed.open() : changed.sealed(), 0, tar, at, BLOCK);
        }
    }

    /** Changes the body of a pax header, or of a map in front of data, and makes its length right again. */
    private void changeRecord() {
        List<Integer> described = headers(tar).stream().filter(at -> "xgL".indexOf(tar[at + HeaderBytes.TYPE]) >= 0)
                .filter(at -> at + BLOCK + size(at) <= tar.length).toList();
        if (described.isEmpty()) {
            addDescription();
            return;
        }
        int at = any(described);
        int size = size(at);
        String body = new String(tar, at + BLOCK, size, StandardCharsets.UTF_8);
        List<MatchResult> records = RECORD.matcher(body).results().toList();
        String changed = records.isEmpty() ? any(NAMES) + "\0" : changed(body, any(records));
        replace(at, described(tar[at + HeaderBytes.TYPE], changed), BLOCK + size + TarInput.padding(size));
    }

    private String changed(String body, MatchResult record) {
        String text = record.group();
        String key = text.substring(text.indexOf(' ') + 1, text.indexOf('='));
        String value = text.substring(text.indexOf('=') + 1, text.length() - 1);
        String replacement = switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> text + text;
            case 2 -> text.substring(random.nextInt(text.length()));
            case 3 -> random.nextInt(200) + text.substring(text.indexOf(' '));
            case 4 -> TarBytes.paxRecord(any(KEYS) + "=" + value);
            case 5 -> TarBytes.paxRecord(key + "=" + any(NAMES));
            case 6 -> TarBytes.paxRecord(key + "=" + value.replaceFirst("\\d+", Long.toString(number())));
            default -> text + TarBytes.paxRecord(any(KEYS) + "=" + number());
        };
        return body.substring(0, record.start()) + replacement + body.substring(record.end());
    }

    /** Puts a description in front of a member. */
    private void addDescription() {
        List<Integer> headers = headers(tar);
        int at = headers.isEmpty() ? 0 : any(headers);
        byte[] description = switch (random.nextInt(4)) {
            case 0 -> described((byte) 'L', any(NAMES) + "\0");
            case 1 -> described((byte) 'K', any(NAMES) + "\0");
            case 2 -> described((byte) 'g', TarBytes.paxRecord(any(KEYS) + "=" + number()));
            default -> described((byte) 'x', TarBytes.paxRecord(any(KEYS) + "=" + number())
                    + TarBytes.paxRecord(any(KEYS) + "=" + any(NAMES)));
        };
        replace(at, description, 0);
    }

    private static byte[] described(byte type, String body) {
        return new TarBytes().member(new HeaderBytes("PaxHeaders/x").type((char) type), body).open();
    }

    /** Leaves blocks out, doubles them, or takes some from another archive. */
    private void moveBlocks() {
        byte[] other = random.nextBoolean() ? tar : any(corpus).tar();
        List<Integer> there = new ArrayList<>(headers(other));
        there.add(Math.max(0, other.length - 2 * BLOCK));
        int from = any(there);
        int to = Math.min(other.length, from + (1 + random.nextInt(12)) * BLOCK);
        List<Integer> here = new ArrayList<>(headers(tar));
        here.add(tar.length);
        replace(any(here), random.nextBoolean() ? Arrays.copyOfRange(other, from, to) : new byte[0],
                random.nextBoolean() ? random.nextInt(4) * BLOCK : 0);
    }

    private void replace(int at, byte[] replacement, int length) {
        int end = Math.min(tar.length, at + length);
        tar = TarBytes.concatenated(
                Arrays.copyOf(tar, at), replacement, Arrays.copyOfRange(tar, end, tar.length));
    }

    private void turnBits() {
        for (int bits = 1 + random.nextInt(8); bits > 0 && tar.length > 0; bits--) {
            tar[random.nextInt(tar.length)] ^= (byte) (1 << random.nextInt(8));
        }
    }

    private byte[] packed() {
        int member = 512 * (1 + random.nextInt(64));
        return switch (random.nextInt(6)) {
            case 0 -> tar;
            case 1 -> TarBytes.gzip(tar);
            case 2 -> inMembers(TarBytes::gzip);
            case 3 -> inMembers(OurPackage::frame);
            case 4 -> OurPackage.gzip().with(tar, member).closed().bytes();
            default -> OurPackage.zstd().with(tar, member).closed().bytes();
        };
    }

    private byte[] inMembers(Packing packing) {
        int half = random.nextInt(tar.length + 1);
        return TarBytes.concatenated(
                packing.of(Arrays.copyOf(tar, half)), packing.of(Arrays.copyOfRange(tar, half, tar.length)));
    }

    private byte[] changedOutside(byte[] whole) {
        byte[] packed = whole.length == 0 ? new byte[1] : whole.clone();
        int at = random.nextInt(random.nextInt(3) == 0 ? Math.min(64, packed.length) : packed.length);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(packed, at);
            case 1 -> TarBytes.concatenated(packed, random.nextBoolean() ? packed : noise(1 + random.nextInt(40)));
            case 2 -> TarBytes.concatenated(Arrays.copyOf(packed, at), noise(1 + random.nextInt(8)),
                    Arrays.copyOfRange(packed, at, packed.length));
            case 3 -> TarBytes.concatenated(Arrays.copyOf(packed, at),
                    Arrays.copyOfRange(packed, random.nextInt(packed.length), packed.length));
            case 4 -> {
                // What the header of a member or frame says of itself.
                int header = memberHeader(packed, at);
                packed[Math.min(packed.length - 1, header + random.nextInt(32))] = (byte) random.nextInt();
                yield packed;
            }
            default -> {
                packed[at] ^= (byte) (1 << random.nextInt(8));
                yield packed;
            }
        };
    }

    /** The next place that looks like the start of a gzip member or of a zstd frame. */
    private static int memberHeader(byte[] packed, int from) {
        for (int at = from; at < packed.length - 4; at++) {
            boolean gzip = packed[at] == 0x1f && packed[at + 1] == (byte) 0x8b;
            boolean zstd = packed[at + 1] == 0x2a && packed[at + 2] == 0x4d && packed[at + 3] == 0x18
                    || packed[at + 1] == (byte) 0xb5 && packed[at + 2] == 0x2f && packed[at + 3] == (byte) 0xfd;
            if (gzip || zstd) {
                return at;
            }
        }
        return 0;
    }

    /** Where a block has the right checksum. */
    private static List<Integer> headers(byte[] tar) {
        List<Integer> headers = new ArrayList<>();
        for (int at = 0; at + BLOCK <= tar.length; at += BLOCK) {
            if (tar[at + HeaderBytes.CHECKSUM] != 0
                    && new TarHeader(Arrays.copyOfRange(tar, at, at + BLOCK)).hasRightChecksum()) {
                headers.add(at);
            }
        }
        return headers;
    }

    /** What a header says, if it can be true. */
    private int size(int header) {
        try {
            return (int) Math.min(
                    tar.length, new TarHeader(Arrays.copyOfRange(tar, header, header + BLOCK)).size());
        } catch (BadPackage _) {
            return 0;
        }
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String any(String[] texts) {
        return texts[random.nextInt(texts.length)];
    }

    private int anyOf(int[] numbers) {
        return numbers[random.nextInt(numbers.length)];
    }

    private interface Change {

        HeaderBytes of(HeaderBytes block);
    }

    private interface Packing {

        byte[] of(byte[] content);
    }
}
