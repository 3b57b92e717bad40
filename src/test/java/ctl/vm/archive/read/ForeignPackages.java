package ctl.vm.archive.read;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What archives of other programs hold, each thing in the smallest package that has it, and what becomes of it. */
final class ForeignPackages {

    private static final String DATA = "x".repeat(512);
    private static final String READY = "disk.s2e.ready";
    private static final int OWNER = 108;
    private static final int DEVICE = 329;

    /**
     * One of them.
     *
     * @param section of the page that lists them
     * @param warning what its user is told, if anything
     * @param reason part of the refusal; empty where it is read
     */
    record Foreign(
            String section, String title, byte[] content, Optional<String> warning, Optional<String> reason) {

        @Override
        public String toString() {
            return title;
        }
    }

    private final List<Foreign> all = new ArrayList<>();
    private String section = "";

    static List<Foreign> all() {
        var packages = new ForeignPackages();
        packages.addTypes();
        packages.addNumbers();
        packages.addExtendedHeaders();
        packages.addNames();
        packages.addHoles();
        packages.addEnds();
        return packages.all;
    }

    private void addTypes() {
        section = "Types of members";
        readsHeader("`7`, a contiguous file", new HeaderBytes(READY).type('7'));
        reads("`X`, an extended header of Solaris", tar -> tar.pax('X', "path=" + READY).file("x", DATA));
        warns("a type of another program (`Q`) that is no image", "README is no image",
                tar -> tar.member(new HeaderBytes("README").type('Q'), DATA));
        refusesHeader("a type of another program (`Q`) that is named like an image", "unknown type 81",
                new HeaderBytes(READY).type('Q'));
        reads("`D`, a folder with the list of its files (`tar -g`)",
                tar -> tar.member(new HeaderBytes("folder/").gnu().type('D'), "Ydisk.s2e\0\0"));
        warns("`V`, a label (`tar -V`)", "label is no image",
                tar -> tar.member(new HeaderBytes("label").gnu().type('V'), ""));
        refuses("`V` with data", "label with data",
                tar -> tar.member(new HeaderBytes("label").gnu().type('V'), DATA));
        refuses("`M`, the rest of a file that begins in another volume (`tar -M`)", "another volume",
                tar -> tar.member(new HeaderBytes("README").gnu().type('M'), DATA));
        warns("symbolic link that is no image", "README is no image",
                tar -> tar.member(new HeaderBytes("README").type('2').text(157, "elsewhere"), ""));
        refuses("file whose path leads through a symbolic link to an image", "leads through a link",
                tar -> tar.member(new HeaderBytes("README").type('2').text(157, "disk.s2e"), "").file("README", DATA));
        refuses("hard link that changes the time of an image", "hard link",
                tar -> tar.pax('x', "mtime=5").member(new HeaderBytes("README").type('1').text(157, "disk.s2e"), ""));
        warns("device that is no image", "null is no image", tar -> tar.member(new HeaderBytes("null").type('6'), ""));
        reads("folder whose header has a size, and that has no data",
                tar -> tar.declared(new HeaderBytes("folder/").type('5').size(512), ""));
        refuses("folder whose extended header has a size", "two different sizes",
                tar -> tar.pax('x', "size=512").member(new HeaderBytes("folder/").type('5'), ""));
        refuses("folder by the slash at the end of its name, with data", "folder with data",
                tar -> tar.file("folder/", DATA));
        refuses("folder by the slash in its header, with another name in an extended header", "folder for some",
                tar -> tar.pax('x', "path=" + READY).member(old(new HeaderBytes("folder/")), DATA));
        refuses("image whose path ends in `/.`", "that of a folder", tar -> tar.file(READY + "/.", DATA));
    }

    private void addNumbers() {
        section = "Numbers";
        String octal = "1000";
        readsSize("size with blanks in front", "       " + octal + " ");
        readsSize("size with a tab in front and a line break behind", "\t\t\t\t\t" + octal + "\n\n\n");
        readsSize("size in all of its field", "00000000" + octal);
        readsSize("size with anything behind a zero byte", octal + "\0anything");
        readsHeader("size in base-256", new HeaderBytes(READY), header -> header.binary(HeaderBytes.SIZE,
                BigInteger.valueOf(512)));
        reads("size without digits", tar -> tar.declared(size(" \0anything..."), ""));
        reads("size of zero bytes",
                tar -> tar.declared(new HeaderBytes(READY).bytes(HeaderBytes.SIZE, new byte[12]), ""));
        reads("size of blanks", tar -> tar.declared(size(" ".repeat(12)), ""));
        refusesSize("size behind a zero byte", "\0" + "0000000" + octal);
        refusesSize("size of two numbers", octal + " 0000000");
        refusesSize("size with a sign", "+0000000" + octal);
        refusesSize("size with letters behind it", octal + "xxxxxxxx");
        reads("time before 1970, in base-256",
                tar -> tar.member(new HeaderBytes(READY).number(HeaderBytes.MODIFIED, -512), DATA));
        reads("time without digits",
                tar -> tar.member(new HeaderBytes(READY).bytes(HeaderBytes.MODIFIED, new byte[12]), DATA));
        warns("time that no file can have", "modification time that no file can have",
                tar -> tar.member(new HeaderBytes(READY).number(HeaderBytes.MODIFIED, Long.MAX_VALUE), DATA));
        warns("time of more than 64 bits", "modification time that no file can have",
                tar -> tar.member(new HeaderBytes(READY).binary(HeaderBytes.MODIFIED, BigInteger.TWO.pow(70)), DATA));
        refuses("time with a sign", "not a number",
                tar -> tar.member(new HeaderBytes(READY).text(HeaderBytes.MODIFIED, "      -1000 "), DATA));
        reads("mode in base-256, negative",
                tar -> tar.member(new HeaderBytes(READY).bytes(HeaderBytes.MODE, bytes(8, 0xff)), DATA));
        reads("owner without digits",
                tar -> tar.member(new HeaderBytes(READY).bytes(OWNER, new byte[8]), DATA));
        refuses("owner that is no number", "not a number",
                tar -> tar.member(new HeaderBytes(READY).text(OWNER, "somebody"), DATA));
        refuses("number of a device that is none, of a file", "not a number",
                tar -> tar.member(new HeaderBytes(READY).text(DEVICE, "somebody"), DATA));
        reads("checksum of signed bytes", tar -> tar.raw(signed(new HeaderBytes("disk.s2e.\u00e9").size(512)))
                .text(DATA));
        reads("checksum with blanks in front", tar -> tar.raw(checksum("%7o ")).text(DATA));
        refuses("checksum behind a zero byte", "wrong checksum", tar -> tar.raw(checksum("\0%06o ")).text(DATA));
    }

    private void addExtendedHeaders() {
        section = "Extended headers";
        reads("`size` where the header has 0",
                tar -> tar.pax('x', "size=512").declared(new HeaderBytes(READY), DATA));
        reads("`size` where the header has another",
                tar -> tar.pax('x', "size=512").declared(new HeaderBytes(READY).size(1024), DATA));
        refuses("`size` with a blank in front", "number that is none",
                tar -> tar.pax('x', "size= 512").declared(new HeaderBytes(READY), DATA));
        reads("`path` and `mtime`", tar -> tar.pax('x', "path=" + READY, "mtime=77.5").file("x", DATA));
        reads("`mtime` before 1970", tar -> tar.pax('x', "mtime=-77").file(READY, DATA));
        warns("`mtime` that no file can have", "modification time that no file can have",
                tar -> tar.pax('x', "mtime=99999999999999999999").file(READY, DATA));
        refuses("`mtime` that is no number", "modification time that is none",
                tar -> tar.pax('x', "mtime=+77").file(READY, DATA));
        reads("the same record twice: the last counts",
                tar -> tar.pax('x', "path=a", "size=1", "path=" + READY, "size=512").declared(new HeaderBytes("x"),
                        DATA));
        reads("long name, then `mtime` and `size`", tar -> tar.longName(READY).pax('x', "mtime=77", "size=512")
                .declared(new HeaderBytes("x"), DATA));
        reads("`path` and `size`, then a long name: `path` counts", tar -> tar.pax('x', "path=" + READY, "size=512")
                .longName("disk.s2e.long").declared(new HeaderBytes("x"), DATA));
        refuses("long name, then another `path`", "two different names",
                tar -> tar.longName("disk.s2e.long").pax('x', "path=" + READY).file("x", DATA));
        refuses("two long names", "described twice",
                tar -> tar.longName("disk.s2e.a").longName("disk.s2e.b").file("x", DATA));
        refuses("two extended headers", "described twice",
                tar -> tar.pax('x', "path=" + READY).pax('x', "mtime=77").file("x", DATA));
        reads("global header with a comment (`git archive`)", tar -> tar.pax('g', "comment=none").file(READY, DATA));
        reads("global header between an extended header and its member",
                tar -> tar.pax('x', "mtime=77").pax('g', "comment=none").file(READY, DATA));
        refuses("global header with `mtime`", "change every member", tar -> tar.pax('g', "mtime=77").file(READY, DATA));
        refuses("global header with `path`", "change every member",
                tar -> tar.pax('g', "path=" + READY).file("x", DATA));
        refuses("record with two blanks in front of its key", "without a key",
                tar -> tar.member(new HeaderBytes("x").type('x'), "24  path=" + READY + "\n").file("disk.s2e.x", DATA));
        refuses("record without a key", "without a key",
                tar -> tar.member(new HeaderBytes("x").type('x'), "5 =a\n").file(READY, DATA));
        refuses("record with a length that is too small", "wrong length",
                tar -> tar.member(new HeaderBytes("x").type('x'), "20 path=" + READY + "\n").file("disk.s2e.x", DATA));
        refuses("zero bytes behind the last record", "that is none", tar -> tar
                .member(new HeaderBytes("x").type('x'), TarBytes.paxRecord("path=" + READY) + "\0\0")
                .file("disk.s2e.x", DATA));
        refuses("`SCHILY.realsize` of star that is another size", "two different sizes",
                tar -> tar.pax('x', "SCHILY.realsize=9999").file(READY, DATA));
        refuses("`SUN.holesdata` of Solaris", "map of an unknown kind",
                tar -> tar.pax('x', "SUN.holesdata= 0 256 512").file(READY, DATA));
    }

    private void addNames() {
        section = "Names";
        reads("long name that fills its size, without a zero byte", tar -> longName(tar, READY, READY.length()));
        reads("long name with zero bytes behind it", tar -> longName(tar, READY + "\0\0", READY.length() + 2));
        refuses("long name that is longer than its size", "longer than it says",
                tar -> longName(tar, READY, READY.length() - 2));
        reads("long name with more behind a zero byte",
                tar -> longName(tar, READY + "\0more", READY.length() + 5));
        reads("two long names of links", tar -> tar.member(new HeaderBytes("x").gnu().type('K'), "a")
                .member(new HeaderBytes("x").gnu().type('K'), "b").file(READY, DATA));
        refuses("`path` with a zero byte at its end", "zero byte",
                tar -> tar.pax('x', "path=" + READY + "\0").file("disk.s2e.x", DATA));
        reads("name of 100 bytes, without a zero byte", tar -> tar.file("disk.s2e." + "l".repeat(91), DATA));
        reads("prefix in a ustar header",
                tar -> tar.member(new HeaderBytes(READY).text(HeaderBytes.PREFIX, "."), DATA));
        reads("GNU header with times where others have the prefix",
                tar -> tar.member(new HeaderBytes(READY).gnu().text(HeaderBytes.PREFIX, "07346545000\0"), DATA));
        refuses("GNU header with a prefix", "prefix to its path",
                tar -> tar.member(new HeaderBytes(READY).gnu().text(HeaderBytes.PREFIX, "folder"), DATA));
        refuses("old header with a prefix", "prefix to its path", tar -> tar.member(
                old(new HeaderBytes(READY)).text(HeaderBytes.PREFIX, "folder"), DATA));
        refuses("ustar header of an unknown version with a prefix", "prefix to its path", tar -> tar.member(
                new HeaderBytes(READY).text(HeaderBytes.MAGIC, "ustar 00").text(HeaderBytes.PREFIX, "folder"), DATA));
    }

    private void addHoles() {
        section = "Files with holes";
        reads("`S`, the form of GNU tar", tar -> tar.declared(sparse(), DATA));
        reads("`S` with `path` and `mtime`",
                tar -> tar.pax('x', "path=disk.s2e.x", "mtime=77").declared(sparse(), DATA));
        refuses("`S` with `size`", "two different sizes",
                tar -> tar.pax('x', "size=512").declared(sparse().size(0), DATA));
        refuses("`S` whose map ends before the file", "ends before its size",
                tar -> tar.declared(new HeaderBytes(READY).sparse(4096).size(512).extent(0, 1024, 512), DATA));
        refuses("`S` in a ustar header", "unknown kind",
                tar -> tar.declared(sparse().text(HeaderBytes.MAGIC, "ustar\00000"), DATA));
        refuses("`S` in a GNU header of another version", "unknown kind",
                tar -> tar.declared(sparse().text(HeaderBytes.MAGIC, "ustar 00"), DATA));
        refuses("`S` with a slash at the end of its name", "unknown kind",
                tar -> tar.declared(sparse().text(HeaderBytes.NAME, READY + "/"), DATA));
        refuses("`0` in a GNU header with a map", "only some programs read",
                tar -> tar.declared(sparse().type('0'), DATA));
        reads("pax 0.0", tar -> tar.pax('x', "GNU.sparse.size=4096", "GNU.sparse.numblocks=2",
                "GNU.sparse.offset=1024", "GNU.sparse.numbytes=512", "GNU.sparse.offset=4096", "GNU.sparse.numbytes=0")
                .file(READY, DATA));
        refuses("pax 0.0 with the map in front of the size", "in front of its size",
                tar -> tar.pax('x', "GNU.sparse.offset=1024", "GNU.sparse.numbytes=512", "GNU.sparse.size=4096",
                        "GNU.sparse.numblocks=1").file(READY, DATA));
        String[] map = {"GNU.sparse.size=4096", "GNU.sparse.numblocks=2", "GNU.sparse.map=1024,512,4096,0"};
        reads("pax 0.1", tar -> tar.pax('x', map).file(READY, DATA));
        refuses("pax 0.1 with two sizes", "two different sizes",
                tar -> tar.pax('x', map[0], map[1], map[2], "GNU.sparse.realsize=8192").file(READY, DATA));
        refuses("pax 0.1 with another `path` behind the name", "two different names",
                tar -> tar.pax('x', map[0], map[1], "GNU.sparse.name=" + READY, map[2], "path=disk.s2e.x").file("x",
                        DATA));
        reads("pax 1.0", tar -> version1(tar, "path=made-up/x").member(new HeaderBytes("made-up/x"), mapAndData()));
        refuses("pax 1.0 with `size` that differs from the header", "two different sizes",
                tar -> version1(tar, "size=1024").declared(new HeaderBytes("x").size(512), mapAndData()));
    }

    private static TarBytes longName(TarBytes tar, String body, int size) {
        return tar.declared(new HeaderBytes("././@LongLink").gnu().type('L').size(size), body).file("disk.s2e.x", DATA);
    }

    /** A header of the time before there was a magic. */
    private static HeaderBytes old(HeaderBytes header) {
        return header.type('\0').bytes(HeaderBytes.MAGIC, new byte[8]);
    }

    private static HeaderBytes sparse() {
        return new HeaderBytes(READY).sparse(4096).size(512).extent(0, 1024, 512).extent(1, 4096, 0);
    }

    private static TarBytes version1(TarBytes tar, String record) {
        return tar.pax('x', record, "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=" + READY,
                "GNU.sparse.realsize=4096");
    }

    private static String mapAndData() {
        return ("2\n1024\n512\n4096\n0\n" + "\0".repeat(512)).substring(0, 512) + DATA;
    }

    private static HeaderBytes size(String field) {
        return new HeaderBytes(READY).text(HeaderBytes.SIZE, field.substring(0, 12));
    }

    private static byte[] bytes(int count, int value) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] checksum(String format) {
        return withChecksum(new HeaderBytes(READY).size(512).sealed(), format, 0);
    }

    /** With the checksum of a program that takes bytes for signed numbers. */
    private static byte[] signed(HeaderBytes header) {
        byte[] block = header.sealed();
        int less = 0;
        for (byte value : block) {
            less += value < 0 ? 256 : 0;
        }
        return withChecksum(block, "%06o\0 ", less);
    }

    private static byte[] withChecksum(byte[] block, String format, int less) {
        int sum = Integer.parseInt(new String(block, HeaderBytes.CHECKSUM, 6, StandardCharsets.US_ASCII), 8);
        byte[] field = format.formatted(sum - less).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(field, 0, block, HeaderBytes.CHECKSUM, field.length);
        return block;
    }

    private void readsSize(String title, String field) {
        reads(title, tar -> tar.declared(size(field), DATA));
    }

    private void refusesSize(String title, String field) {
        refuses(title, "not a number", tar -> tar.declared(size(field), DATA));
    }

    private void readsHeader(String title, HeaderBytes header) {
        readsHeader(title, header, UnaryOperator.identity());
    }

    private void readsHeader(String title, HeaderBytes header, UnaryOperator<HeaderBytes> change) {
        reads(title, tar -> tar.declared(change.apply(header.size(DATA.length())), DATA));
    }

    private void refusesHeader(String title, String reason, HeaderBytes header) {
        refuses(title, reason, tar -> tar.member(header, DATA));
    }

    private void reads(String title, UnaryOperator<TarBytes> tail) {
        add(title, Optional.empty(), Optional.empty(), tail);
    }

    private void warns(String title, String warning, UnaryOperator<TarBytes> tail) {
        add(title, Optional.of(warning), Optional.empty(), tail);
    }

    private void refuses(String title, String reason, UnaryOperator<TarBytes> tail) {
        add(title, Optional.empty(), Optional.of(reason), tail);
    }

    /**
     * A disk image, then what it is about, then a snapshot: who takes it for longer or shorter than it is misses that.
     */
    private void addEnds() {
        section = "The end of an archive, and what follows it";
        byte[] open = TarBytes.withDisk().file("disk.s2e.last", "the last").open();
        byte[] whole = TarBytes.concatenated(open, new byte[1024]);
        byte[] gzip = TarBytes.gzip(whole);
        byte[] zeros = new byte[512];
        byte[] others = "something else".getBytes(StandardCharsets.UTF_8);
        String ignored = "14 bytes behind the end";
        endsWarned("no empty block, in one whole gzip member", TarBytes.gzip(open), "lacks the two empty blocks");
        endsWarned("one empty block, in one whole gzip member", TarBytes.gzip(TarBytes.concatenated(open, zeros)),
                "lacks the two empty blocks");
        endsRefused("no empty block (`--accept-cut-off` takes it)", open, "lacks the two empty blocks");
        endsRefused("the last member without its padding", Arrays.copyOf(open, open.length - 100), "is cut off");
        endsRefused("one empty block, then a member", TarBytes.concatenated(open, zeros, whole), "an empty block");
        endsRefused("two empty blocks, then another archive", TarBytes.concatenated(whole, whole),
                "a second archive");
        endsWarned("two empty blocks, then something else", TarBytes.concatenated(whole, others), ignored);
        add("gzip, then zeros", TarBytes.concatenated(gzip, zeros), Optional.empty(), Optional.empty());
        endsWarned("gzip, then something else", TarBytes.concatenated(gzip, others), ignored);
        endsRefused("gzip, then another one", TarBytes.concatenated(gzip, gzip), "a second archive");
        endsRefused("gzip, then zeros and another one", TarBytes.concatenated(gzip, zeros, gzip), "a second package");
        endsRefused("no empty block, in gzip, then something else", TarBytes.concatenated(TarBytes.gzip(open), others),
                "ends before its archive");
    }

    private void endsWarned(String title, byte[] content, String warning) {
        add(title, content, Optional.of(warning), Optional.empty());
    }

    private void endsRefused(String title, byte[] content, String reason) {
        add(title, content, Optional.empty(), Optional.of(reason));
    }

    private void add(String title, Optional<String> warning, Optional<String> reason, UnaryOperator<TarBytes> tail) {
        byte[] content = tail.apply(TarBytes.withDisk()).file("disk.s2e.last", "the last").ended();
        add(title, content, warning, reason);
    }

    private void add(String title, byte[] content, Optional<String> warning, Optional<String> reason) {
        all.add(new Foreign(section, title, content, warning, reason));
    }
}
