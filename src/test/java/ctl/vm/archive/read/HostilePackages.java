package ctl.vm.archive.read;

import ctl.vm.archive.tar.TarHeader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Packages that must be refused, each with the reason that a user gets to read. */
final class HostilePackages {

    private static final String DATA = "x".repeat(512);

    /**
     * One of them.
     *
     * @param title what is wrong with it
     * @param member the one that the refusal names; empty where it is about the whole package
     * @param reason part of what the refusal says
     */
    record Hostile(String title, byte[] content, String member, String reason) {

        @Override
        public String toString() {
            return title;
        }
    }

    private final List<Hostile> all = new ArrayList<>();

    static List<Hostile> all() {
        var packages = new HostilePackages();
        packages.addPaths();
        packages.addTypes();
        packages.addNames();
        packages.addSizes();
        packages.addOldGnuMaps();
        packages.addPaxMaps();
        packages.addDescriptions();
        packages.addEnds();
        packages.addCompressions();
        return packages.all;
    }

    private void addPaths() {
        addNamed("absolute path", "/disk.s2e.ready", "absolute");
        addNamed("absolute path of another file", "/etc/passwd", "absolute");
        addNamed("path to the parent folder", "../disk.s2e.ready", "leads out");
        addNamed("path to the parent folder, in the middle", "a/../disk.s2e.ready", "leads out");
        addNamed("path to the parent folder, at its end", "disk.s2e.ready/..", "leads out");
        addNamed("path to the parent folder, of another file", "a/../../README", "leads out");
        addNamed("image in two folders", "a/b/disk.s2e.ready", "too deep");
        addNamed("image in another folder", "elsewhere/disk.s2e.ready", "another folder");
        addNamed("image below an image", "disk.s2e/disk.s2e.ready", "too deep");
        addTail("path to the parent folder by a pax record", "../disk.s2e.ready", "leads out",
                tar -> tar.pax('x', "path=../disk.s2e.ready").file("disk.s2e.ready", DATA));
        addTail("path to the parent folder by a long name", "../disk.s2e.ready", "leads out",
                tar -> tar.longName("../disk.s2e.ready").file("disk.s2e.ready", DATA));
        addTail("path to the parent folder by a prefix", "../disk.s2e.ready", "leads out",
                tar -> tar.member(new HeaderBytes("disk.s2e.ready").text(HeaderBytes.PREFIX, ".."), DATA));
        addTail("path to the parent folder by a sparse name", "../disk.s2e.ready", "leads out",
                tar -> tar.pax('x', "GNU.sparse.name=../disk.s2e.ready", "GNU.sparse.size=0",
                        "GNU.sparse.numblocks=0", "GNU.sparse.map=").file("disk.s2e.ready", ""));
    }

    private void addTypes() {
        addTyped("symbolic link", '2', "symbolic link");
        addTyped("hard link", '1', "hard link");
        addTyped("character device", '3', "device");
        addTyped("block device", '4', "device");
        addTyped("named pipe", '6', "named pipe");
        addTyped("unknown type", 'Q', "unknown type");
        addTyped("part of several volumes", 'M', "another volume");
        addTyped("volume label", 'V', "volume label");
        addTyped("type that is an escape character", '\u001b', "unknown type 27");
        addTyped("folder instead of an image", '5', "is a folder");
        addTail("file written through a symbolic link to an image", "README", "leads through a link",
                tar -> tar.member(new HeaderBytes("README").type('2').text(157, "disk.s2e"), "").file("README", DATA));
        addTail("hard link to an image", "README", "hard link",
                tar -> tar.member(new HeaderBytes("README").type('1').text(157, "disk.s2e"), ""));
        add("image in a folder that is a symbolic link", new TarBytes()
                .member(new HeaderBytes("a").type('2').text(157, "/etc"), "").file("a/disk.s2e", DATA).gzipped(),
                "a/disk.s2e", "leads through a link");
        add("symbolic link in the place of the folder of the images", new TarBytes().file("a/disk.s2e", DATA)
                .member(new HeaderBytes("./a").type('2').text(157, "/etc"), "").gzipped(), "./a", "in the place of");
        add("image in a folder that is a file", new TarBytes().file("a", "").file("a/disk.s2e", DATA).gzipped(),
                "a/disk.s2e", "folder that is none");
        addTail("folder, marked by a slash at the end of its name", "disk.s2e.ready/", "is a folder",
                tar -> tar.file("disk.s2e.ready/", ""));
        addTail("folder with data", "folder/", "folder with data",
                tar -> tar.file("folder/", DATA));
        addTail("folder with data that its header does not count", "x".repeat(100), "wrong checksum",
                tar -> tar.member(new HeaderBytes("folder/").type('5'), DATA));
    }

    private void addNames() {
        addNamed("disk image twice", "disk.s2e", "twice");
        addNamed("disk image twice, the second time by another path", "./disk.s2e", "twice");
        addNamed("snapshot name with a control character", "disk.s2e.rea\u001b[2Jdy", "not named");
        addNamed("snapshot name with a line break", "disk.s2e.ready\n", "not named");
        addNamed("snapshot name with a colon", "disk.s2e.a:b", "not named");
        addNamed("snapshot without a name", "disk.s2e.", "not named");
        addTail("path without a name", "./.", "no name", tar -> tar.file("./.", ""));
        addTail("no name at all", "", "no name", tar -> tar.file("", ""));
        addTail("two snapshots that differ only in case", "disk.s2e.READY", "looks like",
                tar -> tar.file("disk.s2e.ready", "").file("disk.s2e.READY", ""));
        addTail("two snapshots that differ only in normalisation", "disk.s2e.\u00f6", "looks like",
                tar -> tar.file("disk.s2e.o\u0308", "").file("disk.s2e.\u00f6", ""));
        addTail("snapshot name that is not UTF-8", "disk.s2e.\ufffd", "not named",
                tar -> tar.member(new HeaderBytes("disk.s2e.").bytes(9, (byte) 0xff), ""));
        addTail("snapshot name of 256 bytes", "disk.s2e." + "r".repeat(246) + "…", "not named",
                tar -> tar.longName("disk.s2e." + "r".repeat(247)).file("disk.s2e.r", ""));
        addTail("zero byte in a pax path", "PaxHeaders/disk.s2e", "zero byte",
                tar -> tar.pax('x', "path=disk.s2e.ready\0x").file("disk.s2e.ready", ""));
        add("no disk image", new TarBytes().file("disk.s2e.ready", DATA).gzipped(), "", "no disk.s2e");
        addTail("very long path", "a".repeat(255) + "…", "too long",
                tar -> tar.longName("a".repeat(5000)).file("README", ""));
    }

    private void addSizes() {
        addHeader("negative size", "negative", new HeaderBytes("disk.s2e.ready").size(-10));
        addHeader("size of 2^63", "too large",
                new HeaderBytes("disk.s2e.ready").binary(HeaderBytes.SIZE, BigInteger.TWO.pow(63)));
        addHeader("size of 2^63-1", "absurd", new HeaderBytes("disk.s2e.ready").size(Long.MAX_VALUE));
        addHeader("size with bits that some programs ignore", "too large",
                new HeaderBytes("disk.s2e.ready").bytes(HeaderBytes.SIZE, (byte) 0x81));
        addHeader("size that is not a number", "not a number",
                new HeaderBytes("disk.s2e.ready").text(HeaderBytes.SIZE, "00000000-10\0"));
        addHeader("size after a zero byte", "not a number",
                new HeaderBytes("disk.s2e.ready").text(HeaderBytes.SIZE, "\0000000000001"));
        addHeader("size that is larger than the package", "cut off", new HeaderBytes("disk.s2e.ready").size(1 << 20));
        addHeader("mode that is not a number", "not a number",
                new HeaderBytes("disk.s2e.ready").text(HeaderBytes.MODE, "rw-r--r-"));
        addRecord("pax size that is negative", "number that is none", "size=-1");
        addRecord("pax size that overflows", "too large", "size=9223372036854775808");
        addTail("pax size of a folder", "folder/", "two different sizes",
                tar -> tar.pax('x', "size=512").member(new HeaderBytes("folder/").type('5'), ""));
        addRecord("pax time that is not a number", "modification time", "mtime=nan");
        addRecord("pax time with an exponent", "modification time", "mtime=1e99");
    }

    private void addOldGnuMaps() {
        addSparse("extents that overlap", "overlaps", 2048, 1024, 0, 1024, 512, 0);
        addSparse("extents that go backwards", "backwards", 4096, 1024, 2048, 512, 0, 512);
        addSparse("extent after the end of the file", "runs past", 4096, 512, 8192, 512);
        addSparse("extent across the end of the file", "runs past", 700, 512, 512, 512);
        addSparse("extent that overflows", "runs past", 4096, 512, 4096, Long.MAX_VALUE - 1);
        addSparse("file of size 0", "runs past", 0, 512, 0, 512);
        addSparse("map with more data than is stored", "are stored", 4096, 512, 0, 1024);
        addSparse("map with less data than is stored", "are stored", 4096, 1024, 0, 512);
        addSparse("extent that does not consist of whole blocks", "whole blocks", 4096, 512, 0, 100, 512, 412);
        addSparse("extent with a negative start", "negative", 4096, 512, -512, 512);
        addSparse("size of 2^63-1", "absurd", Long.MAX_VALUE, 512, 0, 512);
        addSparse("size that is negative", "negative", -1, 512, 0, 512);
        addHeader("map that continues after its end", "behind its end",
                new HeaderBytes("disk.s2e.ready").sparse(4096).size(512).extent(0, 0, 512).extent(2, 512, 0));
        byte[] continued = new HeaderBytes("disk.s2e.ready").sparse(4096).bytes(HeaderBytes.SPARSE_MORE, (byte) 1)
                .sealed();
        add("map whose continuation is missing", TarBytes.withDisk().raw(continued).open(), "disk.s2e.ready",
                "cut off");
        addHeader("map in the format of another tar", "unknown kind",
                new HeaderBytes("disk.s2e.ready").sparse(4096).text(HeaderBytes.MAGIC, "ustar\00000"));
    }

    private void addPaxMaps() {
        addVersion1("map of 10^9 extents", "longer than its data", "1000000000\n" + "0\n".repeat(300));
        addVersion1("map without line breaks", "too large", "1".repeat(100));
        addVersion1("map of letters", "number that is none", "x\n");
        addVersion1("map of empty lines", "number that is none", "\n");
        addVersion1("map of negative numbers", "number that is none", "1\n-512\n512\n");
        addVersion1("map that continues after its end", "behind its end", "0\nx");
        addVersion1("map that overlaps", "overlaps", "2\n0\n512\n256\n0\n");
        addVersion1("map that exceeds the size", "runs past", "1\n1048576\n512\n");
        addRecord("map of an unknown version", "unknown version", "GNU.sparse.major=2", "GNU.sparse.minor=0");
        addRecord("map without a size", "without GNU.sparse.size", "GNU.sparse.numblocks=0");
        addDescribed("map in front of its size", "in front of", "GNU.sparse.map=0,512", "GNU.sparse.numblocks=1",
                "GNU.sparse.size=512");
        String size = "GNU.sparse.size=512";
        String one = "GNU.sparse.numblocks=1";
        addRecord("map with an odd count of numbers", "incomplete", size, one, "GNU.sparse.map=0,1,2");
        addRecord("map with a wrong count", "another number", size, "GNU.sparse.numblocks=2", "GNU.sparse.map=0,512");
        addDescribed("map whose last length is missing", "incomplete", size, one, "GNU.sparse.offset=0");
        addDescribed("map whose first offset is missing", "incomplete", size, one, "GNU.sparse.numbytes=512");
        addDescribed("map with two offsets", "incomplete", size, one, "GNU.sparse.offset=0", "GNU.sparse.offset=512");
        addTail("two kinds of maps", "disk.s2e.ready", "unknown kind",
                tar -> tar.pax('x', "GNU.sparse.size=512", "GNU.sparse.numblocks=0")
                        .declared(new HeaderBytes("disk.s2e.ready").sparse(4096), ""));
    }

    private void addDescriptions() {
        addTail("two pax headers", "PaxHeaders/disk.s2e", "described twice",
                tar -> tar.pax('x', "a=b").pax('x', "a=b").file("disk.s2e.ready", ""));
        addTail("long name and another name in a pax header", "PaxHeaders/disk.s2e", "two different names",
                tar -> tar.longName("disk.s2e.ready").pax('x', "path=disk.s2e.other").file("disk.s2e.ready", DATA));
        addTail("two long names", "././@LongLink", "described twice",
                tar -> tar.longName("disk.s2e.a").longName("disk.s2e.b").file("disk.s2e.ready", ""));
        addTail("pax header without a member", "", "described but not there", tar -> tar.pax('x', "a=b"));
        addTail("long name without a member", "", "described but not there", tar -> tar.longName("disk.s2e.ready"));
        addTail("global path", "PaxHeaders/disk.s2e", "global", tar -> tar.pax('g', "path=disk.s2e.ready"));
        addTail("global size", "PaxHeaders/disk.s2e", "global", tar -> tar.pax('g', "size=10"));
        addTail("global sparse map", "PaxHeaders/disk.s2e", "global", tar -> tar.pax('g', "GNU.sparse.size=10"));
        addDescribed("pax record about holes twice", "twice", "GNU.sparse.size=512", "GNU.sparse.size=1024");
        addPaxBody("pax record with a length that is too large", "wrong length", "99 path=disk.s2e.ready\n");
        addPaxBody("pax record with a length that is too small", "wrong length", "5 path=disk.s2e.ready\n");
        addPaxBody("pax record of length 0", "wrong length", "0 path=disk.s2e.ready\n");
        addPaxBody("pax record without a key", "that is none", "5 ab\n");
        addPaxBody("pax record without a blank", "that is none", "12345");
        addPaxBody("pax record with a negative length", "number that is none", "-5 a=b\n");
        addHeader("pax header of 64 MiB", "header of 67108864 bytes",
                new HeaderBytes("disk.s2e.ready").type('x').size(64 << 20));
        addHeader("global pax header of 64 MiB", "header of 67108864 bytes",
                new HeaderBytes("disk.s2e.ready").type('g').size(64 << 20));
        addHeader("long name of 64 MiB", "name of 67108864 bytes",
                new HeaderBytes("disk.s2e.ready").type('L').size(64 << 20));
        addHeader("truncated pax header", "cut off", new HeaderBytes("disk.s2e.ready").type('x').size(4096));
        byte[] wrongChecksum = new HeaderBytes("disk.s2e.ready").sealed();
        wrongChecksum[HeaderBytes.CHECKSUM + 3] ^= 1;
        addTail("wrong checksum", "disk.s2e.ready", "wrong checksum", tar -> tar.raw(wrongChecksum));
        byte[] noChecksum = new HeaderBytes("disk.s2e.ready").sealed();
        Arrays.fill(noChecksum, HeaderBytes.CHECKSUM, HeaderBytes.CHECKSUM + 8, (byte) 'x');
        addTail("checksum that is not a number", "disk.s2e.ready", "wrong checksum", tar -> tar.raw(noChecksum));
    }

    private void addEnds() {
        byte[] whole = TarBytes.withDisk().ended();
        add("one byte", new byte[] {0x1f}, "", "holds no tar archive");
        add("random bytes", "random bytes\0".repeat(500).getBytes(StandardCharsets.UTF_8), "", "holds no tar archive");
        add("raw image that begins with zeros", TarBytes.concatenated(new byte[9000], new byte[] {1}), "",
                "holds no tar archive");
        add("raw image that begins with a few zeros", TarBytes.concatenated(new byte[600], new byte[9000], whole), "",
                "holds no tar archive");
        add("no end of archive", TarBytes.withDisk().open(), "", "lacks the two empty blocks");
        add("half of the end", TarBytes.withDisk().block().open(), "", "lacks the two empty blocks");
        add("truncated end", Arrays.copyOf(whole, whole.length - 1), "", "lacks the two empty blocks");
        add("truncated in a header", Arrays.copyOf(TarBytes.withDisk().file("README", "").open(), 1300), "README",
                "cut off");
        add("truncated in data", TarBytes.withDisk().raw(new HeaderBytes("disk.s2e.ready").size(9000).sealed())
                .text(DATA).open(), "disk.s2e.ready", "cut off");
        add("member after the first empty block", TarBytes.withDisk().block().file("disk.s2e.ready", DATA).ended(),
                "", "goes on");
        add("second archive after the first", TarBytes.concatenated(whole, whole), "", "a second archive");
        add("second archive after the first, with garbage between them",
                TarBytes.concatenated(whole, "g".repeat(512).getBytes(StandardCharsets.UTF_8), whole), "",
                "a second archive");
    }

    private void addCompressions() {
        byte[] tar = TarBytes.withDisk().ended();
        byte[] gzip = TarBytes.gzip(tar);
        add("wrong checksum of compressed data", with(gzip, gzip.length - 8, 1), "", "checksum");
        add("wrong length of compressed data", with(gzip, gzip.length - 1, 1), "", "length");
        add("truncated compressed data", Arrays.copyOf(gzip, gzip.length / 2), "", "cut off");
        add("compressed data without its last byte", Arrays.copyOf(gzip, gzip.length - 1), "", "cut off");
        byte[] endless = TarBytes.gzip(Arrays.copyOf(tar, 1024));
        add("no end of archive, in two gzip members", TarBytes.concatenated(endless, TarBytes.gzip(new byte[0])), "",
                "lacks the two empty blocks");
        add("no end of archive, and zeros after the compressed data", TarBytes.concatenated(endless, new byte[512]), "",
                "lacks the two empty blocks");
        add("no end of archive, and garbage after the compressed data",
                TarBytes.concatenated(endless, new byte[] {1, 2, 3}), "", "ends before its archive does");
        add("second package after the first", TarBytes.concatenated(gzip, gzip), "", "a second archive");
        add("second package after zeros after the first", TarBytes.concatenated(gzip, new byte[512], gzip), "",
                "a second package");
        add("damaged gzip member after the last one",
                TarBytes.concatenated(gzip, with(TarBytes.gzip(new byte[0]), 12, 1)),
                "", "damaged");
        add("unknown compression method", with(gzip, 2, 1), "", "unknown way");
        add("reserved gzip flags", with(gzip, 3, 0x80), "", "unknown way");
        add("wrong checksum of a gzip header", TarBytes.concatenated(Arrays.copyOf(with(gzip, 3, 2), 10),
                new byte[] {0, 0}, Arrays.copyOfRange(gzip, 10, gzip.length)), "", "header is wrong");
        add("endless name in a gzip header", TarBytes.concatenated(Arrays.copyOf(with(gzip, 3, 8), 10),
                "n".repeat(9_000_000).getBytes(StandardCharsets.UTF_8)), "", "cut off");
    }

    private void addNamed(String title, String name, String reason) {
        addTail(title, name, reason, tar -> tar.file(name, DATA));
    }

    private void addTyped(String title, char type, String reason) {
        addHeader(title, reason, new HeaderBytes("disk.s2e.ready").type(type));
    }

    /** A member of type S with data of the size given, and (offset, length) for each extent. */
    private void addSparse(String title, String reason, long realSize, int stored, long... map) {
        var header = new HeaderBytes("disk.s2e.ready").sparse(realSize).size(stored);
        for (int at = 0; at < map.length; at += 2) {
            header.extent(at / 2, map[at], map[at + 1]);
        }
        addTail("sparse: " + title, "disk.s2e.ready", reason, tar -> tar.declared(header, "x".repeat(stored)));
    }

    /** A member in the form of version 1.0 whose data begins with the text given. */
    private void addVersion1(String title, String reason, String map) {
        addTail("pax sparse: " + title, "disk.s2e.ready", reason,
                tar -> tar.pax('x', "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=disk.s2e.ready",
                        "GNU.sparse.realsize=4096")
                        .member(new HeaderBytes("GNUSparseFile.0/disk.s2e.ready"),
                                (map + "\0".repeat(512)).substring(0, 512)));
    }

    /** A header that is refused itself. */
    private void addHeader(String title, String reason, HeaderBytes header) {
        byte[] sealed = header.sealed();
        addTail(title, new TarHeader(sealed).name(), reason, tar -> tar.raw(sealed));
    }

    /** An extended header whose member is refused. */
    private void addRecord(String title, String reason, String... records) {
        addTail(title, "disk.s2e.ready", reason, tar -> tar.pax('x', records).file("disk.s2e.ready", DATA));
    }

    /** An extended header that is refused itself. */
    private void addDescribed(String title, String reason, String... records) {
        addTail(title, "PaxHeaders/disk.s2e", reason, tar -> tar.pax('x', records).file("disk.s2e.ready", DATA));
    }

    private void addPaxBody(String title, String reason, String body) {
        addTail(title, "PaxHeaders/disk.s2e", reason,
                tar -> tar.member(new HeaderBytes("PaxHeaders/disk.s2e").type('x'), body).file("disk.s2e.ready", DATA));
    }

    /** Something that stands behind a sound disk image. */
    private void addTail(String title, String member, String reason, UnaryOperator<TarBytes> tail) {
        add(title, tail.apply(TarBytes.withDisk()).gzipped(), member, reason);
    }

    private void add(String title, byte[] content, String member, String reason) {
        all.add(new Hostile(title, content, member, reason));
    }

    private static byte[] with(byte[] bytes, int position, int change) {
        byte[] changed = bytes.clone();
        changed[position] ^= (byte) change;
        return changed;
    }
}
