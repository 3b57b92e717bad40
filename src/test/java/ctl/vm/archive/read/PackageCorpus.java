package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.Tool;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.inventory.value.ImageName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The archives of real tools, all of the same three images, and ours: what a fuzzer begins with. Each is a plain tar;
 * how it is packed is up to who uses it.
 *
 * <p>What a program that is not installed would make is left out.
 */
public final class PackageCorpus {

    private static final String FILES = "disk.s2e disk.s2e.ready disk.s2e.base README";

    /** As a Python program would do it without asking for anything. */
    private static final String PYTHON = """
            python3 -c "
            import tarfile
            with tarfile.open('../A.tar', 'w', format=tarfile.%s) as tar:
                for name in '""" + FILES + """
            '.split(): tar.add(name)
            "
            """;

    /**
     * An archive.
     *
     * @param title which program made it, and how
     */
    public record Archive(String title, byte[] tar) {

        @Override
        public String toString() {
            return title;
        }
    }

    private final PackageFolder folder;
    private final Map<ImageName, Path> images = new LinkedHashMap<>();
    private final List<Archive> archives = new ArrayList<>();

    private PackageCorpus(Path temporary) {
        folder = new PackageFolder(temporary);
        images.put(ImageName.DISK, folder.image(
                "disk.s2e", 200_000, new Extent(0, 4096), new Extent(65_536, 69_632), new Extent(131_072, 139_264)));
        images.put(ImageName.ofFile("disk.s2e.ready").orElseThrow(),
                folder.image("disk.s2e.ready", 3000, new Extent(0, 3000)));
        images.put(ImageName.ofFile("disk.s2e.base").orElseThrow(),
                folder.image("disk.s2e.base", 16_384, new Extent(8192, 12_288)));
        folder.image("README", 100, new Extent(0, 100));
    }

    /** @param temporary an empty folder to work in */
    public static List<Archive> in(Path temporary) {
        var corpus = new PackageCorpus(temporary);
        corpus.addOurs();
        corpus.addGoLike();
        corpus.addGnu();
        corpus.addOthers();
        assertThat(corpus.archives).hasSizeGreaterThan(2);
        return corpus.archives;
    }

    private void addOurs() {
        Path file = folder.file("Ours.tar");
        folder.pack(file, images);
        archives.add(new Archive("ours", bytes(file)));
        archives.add(new Archive("every form of member", new TarBytes().raw(DamagedPackageTest.tar()).ended()));
        archives.add(new Archive("many extents", manySegments()));
    }

    /**
     * As archive/tar of Go writes it: ustar, a pax header only where a time has a fraction, and no padding at the end.
     */
    private void addGoLike() {
        for (boolean pax : List.of(false, true)) {
            var tar = new TarBytes();
            for (String name : FILES.split(" ")) {
                byte[] content = bytes(folder.source().resolve(name));
                if (pax) {
                    tar.member(new HeaderBytes("PaxHeaders.0/" + name).type('x'),
                            TarBytes.paxRecord("mtime=1404217954.123456789"));
                }
                tar.raw(new HeaderBytes(name).text(HeaderBytes.MAGIC, "ustar\00000").text(329, "0000000\0")
                        .text(337, "0000000\0").size(content.length).sealed()).raw(content).pad();
            }
            archives.add(new Archive("Go, " + (pax ? "pax" : "ustar"), tar.ended()));
        }
    }

    private void addGnu() {
        for (String format : List.of("gnu", "oldgnu", "posix", "ustar", "v7")) {
            add("GNU tar, " + format, "tar", "tar -cf ../A.tar --format=" + format + " " + FILES);
        }
        add("GNU tar, folder", "tar", "tar -cf ../A.tar -S --format=gnu .");
        add("GNU tar, sparse gnu", "tar", "tar -cf ../A.tar -S --format=gnu " + FILES);
        for (String version : List.of("0.0", "0.1", "1.0")) {
            add("GNU tar, sparse " + version, "tar",
                    "tar -cf ../A.tar -S --format=posix --sparse-version=" + version + " " + FILES);
        }
    }

    private void addOthers() {
        for (String format : List.of("pax", "gnutar", "ustar")) {
            add("bsdtar, " + format, "bsdtar", "bsdtar -cf ../A.tar --format " + format + " " + FILES);
        }
        for (String format : List.of("PAX_FORMAT", "GNU_FORMAT", "USTAR_FORMAT")) {
            add("Python, " + format, "python3", PYTHON.formatted(format));
        }
    }

    /** More than fit into a header, so that blocks of the map follow it. */
    private static byte[] manySegments() {
        var header = new HeaderBytes("disk.s2e").sparse(39 * 8192 + 512).size(40 * 512)
                .bytes(HeaderBytes.SPARSE_MORE, (byte) 1);
        var map = new HeaderBytes("").bytes(0, new byte[512]);
        var more = new HeaderBytes("").bytes(0, new byte[512]);
        for (int index = 0; index < 40; index++) {
            HeaderBytes block = index < 4 ? header : index < 25 ? map : more;
            int at = index < 4 ? HeaderBytes.SPARSE + 24 * index : 24 * ((index - 4) % 21);
            block.number(at, index * 8192L).number(at + 12, 512);
        }
        return new TarBytes().raw(header.sealed()).raw(map.bytes(504, (byte) 1).open()).raw(more.open())
                .text("m".repeat(40 * 512)).ended();
    }

    private void add(String title, String program, String script) {
        if (Tool.isInstalled(program)) {
            Tool.run(program, folder.source(), script);
            archives.add(new Archive(title, bytes(folder.file("A.tar"))));
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
