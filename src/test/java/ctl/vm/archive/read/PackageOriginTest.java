package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.Tool;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.PackageOrigin;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a package says of where it comes from: what becomes of it in other programs, and what of nonsense. */
class PackageOriginTest {

    private static final PackageOrigin ORIGIN = PackageFolder.ORIGIN;

    @TempDir
    private Path temporary;

    /** What was read of a package besides its images. */
    private record Read(Optional<PackageOrigin> origin, List<String> warnings) {}

    private static Read read(byte[] content) {
        try (var reader = new PackageReader(Channels.newChannel(new ByteArrayInputStream(content)), "P.tar",
                PackageLimits.USUAL, Compressors.BEST, PackageReader.Scope.HEADERS)) {
            while (reader.next().isPresent()) {
                // Images do not matter here.
            }
            return new Read(reader.origin(), reader.warnings());
        }
    }

    private static byte[] saying(String... comments) {
        String[] records = List.of(comments).stream().map("comment="::concat).toArray(String[]::new);
        return new TarBytes().pax('x', records).file("disk.s2e", "the disk image").ended();
    }

    @Test
    void origin_writtenAndParsed_isTheSame() {
        assertThat(PackageOrigin.parse(ORIGIN.toString())).contains(ORIGIN);
        assertThat(ORIGIN.toString()).isEqualTo(
                "ctl-origin-1:%s:12:345:%s:My Böx".formatted("0123456789abcdef".repeat(4),
                        "fedcba9876543210".repeat(4)));
    }

    @Test
    void originInFrontOfTheDiskImage_isRead() {
        assertThat(read(saying(ORIGIN.toString()))).isEqualTo(new Read(Optional.of(ORIGIN), List.of()));
    }

    @Test
    void commentOfAnotherProgram_isNoneAndNotWarnedOf() {
        assertThat(read(saying("made by hand"))).isEqualTo(new Read(Optional.empty(), List.of()));
    }

    @Test
    void originElsewhere_isNotOfTheDiskImage() {
        byte[] beforeSnapshot = TarBytes.withDisk().pax('x', "comment=" + ORIGIN).file("disk.s2e.ready", "x").ended();
        byte[] global = new TarBytes().pax('g', "comment=" + ORIGIN).file("disk.s2e", "the disk image").ended();

        assertThat(read(beforeSnapshot).origin()).isEmpty();
        assertThat(read(global).origin()).isEmpty();
    }

    static List<String> nonsense() {
        String text = ORIGIN.toString();
        return List.of(
                text.replace("origin-1", "origin-2"),
                text.replace(":12:", ":0:"),
                text.replace(":12:", ":-12:"),
                text.replace(":12:", ":345:"),
                text.replace(":345:", ":9999999999999999999:"),
                text.replace(":12:", ":012:"),
                text.replace("0123", "0\u0000123"),
                text.replace("0123", "012G"),
                text.replace("My Böx", ""),
                text.replace("My Böx", "../etc"),
                text.replace("My Böx", "a:b"),
                text.replace("My Böx", "-rf"),
                text.replace("My Böx", "a\u001b[2J"),
                text.replace("My Böx", "two\nlines"),
                text.replace("My Böx", "n".repeat(256)),
                text.replace("My Böx", "n".repeat(900_000)),
                "ctl-origin-",
                "ctl-origin-1:" + ":".repeat(1000));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void originThatIsNone_isIgnoredWithAWarning(String text) {
        Read read = read(saying(text));

        assertThat(read.origin()).isEmpty();
        assertThat(read.warnings()).containsExactly(
                "the package says where it comes from in a form that this program does not know: ignored");
    }

    @Test
    void twoOrigins_theLastCounts() {
        String other = ORIGIN.toString().replace(":12:", ":13:");

        assertThat(read(saying(other, ORIGIN.toString())).origin()).contains(ORIGIN);
    }

    /** The images are compared for each tool in {@link ctl.vm.archive.write.PackageWriterTest}. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tar     | tar xvf ../P.tar",
        "bsdtar  | bsdtar xvf ../P.tar 2>&1",
        "python3 | python3 -c 'import tarfile; tarfile.open(\"../P.tar\").extractall()'"})
    void packageWithAnOrigin_unpackedByOtherTools_givesNothingButImagesAndNoWarning(String tool, String unpack)
            throws Exception {
        var folder = new PackageFolder(temporary);
        Path disk = folder.image("disk.s2e", 1 << 20, new Extent(4096, 12288));
        folder.pack(folder.file("P.tar"), Map.of(ImageName.DISK, disk));
        assertThat(read(Files.readAllBytes(folder.file("P.tar"))).origin()).contains(ORIGIN);

        Tool.run(tool, folder.unpacked(),
                "{ " + unpack + "; } >../output 2>../errors; cat ../errors; [ ! -s ../errors ]");

        assertThat(folder.unpacked().toFile().list()).containsExactly("disk.s2e");
        folder.assertSameImage(disk, folder.unpacked().resolve("disk.s2e"));
    }
}
