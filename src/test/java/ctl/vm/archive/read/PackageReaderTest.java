package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.Tool;
import ctl.vm.archive.write.SampleImages;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ImageName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** We unpack what other tools pack. */
class PackageReaderTest {

    @TempDir
    private Path temporary;

    private PackageFolder folder;

    @BeforeEach
    void makeFolder() {
        folder = new PackageFolder(temporary);
    }

    /** A program, and how it packs the images in the current folder. */
    record Packer(String program, String script) {

        @Override
        public String toString() {
            return script;
        }
    }

    static Stream<Packer> sparsePackers() {
        return Stream.of(
                new Packer("tar", "tar czSf ../P disk.s2e*"),
                new Packer("tar", "tar cSf ../P disk.s2e; tar rSf ../P disk.s2e.*; gzip ../P; mv ../P.gz ../P"),
                new Packer("tar", "tar --format=pax -czSf ../P disk.s2e*"),
                new Packer("tar", "tar --format=pax --sparse-version=0.0 -czSf ../P disk.s2e*"),
                new Packer("tar", "tar --format=pax --sparse-version=0.1 -czSf ../P disk.s2e*"),
                new Packer("bsdtar", "bsdtar czf ../P disk.s2e*"),
                new Packer("bsdtar", "bsdtar --format=pax -cf ../P disk.s2e*"),
                new Packer("pigz", "tar cSf - disk.s2e* | pigz -i > ../P"));
    }

    static Stream<Packer> densePackers() {
        String python = "python3 -c 'import glob, tarfile; t = tarfile.open(\"../P\", \"w:gz\", format=tarfile.%s);"
                + " [t.add(name) for name in sorted(glob.glob(\"disk.s2e*\"))]; t.close()'";
        return Stream.of(
                new Packer("tar", "tar czf ../P disk.s2e*"),
                new Packer("tar", "tar czf ../P ."),
                new Packer("tar", "tar czf ../P -C .. source"),
                new Packer("tar", "tar cf ../P disk.s2e*"),
                new Packer("tar", "tar --format=oldgnu -cf ../P disk.s2e*"),
                new Packer("tar", "tar --format=posix --pax-option=comment=hello -cf ../P disk.s2e*"),
                new Packer("tar", "tar -b 2000 -cf ../P disk.s2e*"),
                new Packer("bsdtar", "bsdtar --format=gnutar -czf ../P ./disk.s2e*"),
                new Packer("python3", python.formatted("GNU_FORMAT")),
                new Packer("python3", python.formatted("PAX_FORMAT")));
    }

    /** Their headers have no room for the longest names. */
    static Stream<Packer> oldPackers() {
        return Stream.of(
                new Packer("tar", "tar --format=v7 -cf ../P disk.s2e*"),
                new Packer("tar", "tar --format=ustar -czf ../P -C .. source"),
                new Packer("bsdtar", "bsdtar --format=ustar -czf ../P -C .. source"));
    }

    /** Streams of many blocks, frames, members and jobs, with windows larger than is usual. */
    static Stream<Packer> parallelPackers() {
        return Stream
                .of("zstd -q -T0", "zstd -q -T2 -B1MiB", "zstd -q --long=27", "zstd -q --no-check -19",
                        "pzstd -q -p 2 -c",
                        "xz -1", "xz -1 -T2 --block-size=1MiB", "xz -1 -T2 --block-size=1MiB --check=sha256",
                        "xz -1 --x86 --lzma2=preset=1", "xz -1 --format=lzma", "lzip -1", "plzip -1 -n2 -B1MiB",
                        "bzip2 -1", "bzip2 -9", "lbzip2 -n2", "pbzip2 -p2 -b1 -c", "lz4 -q", "lz4 -q -B4 -BD -BX",
                        "lz4 -q --no-frame-crc",
                        "igzip -0", "igzip -1", "igzip -3 -T 2", "pigz -p 2", "pigz -p 2 -i -b 128")
                .map(command -> new Packer(command.split(" ")[0], "tar cf - disk.s2e* | " + command + " > ../P"));
    }

    @ParameterizedTest
    @MethodSource("parallelPackers")
    void largeImage_packedByProgramsThatUseAllCores_isTheSame(Packer packer) {
        int mebibyte = 1 << 20;
        Path image = folder.image(
                "disk.s2e", 9L * mebibyte, new Extent(0, 4 * mebibyte), new Extent(7 * mebibyte, 8 * mebibyte));
        assertReadsWhatIsPackedBy(packer, Map.of(ImageName.DISK, image));
    }

    @ParameterizedTest
    @MethodSource("sparsePackers")
    void imagesOfAllShapes_packedWithTheirHoles_areTheSame(Packer packer) {
        assertReadsWhatIsPackedBy(packer, SampleImages.all(folder));
    }

    @ParameterizedTest
    @MethodSource("densePackers")
    void imagesOfAllShapes_packedWithoutHoles_getThemBack(Packer packer) {
        assertReadsWhatIsPackedBy(packer, SampleImages.small(folder, 255));
    }

    @ParameterizedTest
    @MethodSource("oldPackers")
    void imagesOfAllShapes_packedInOldFormats_areTheSame(Packer packer) {
        assertReadsWhatIsPackedBy(packer, SampleImages.small(folder, 99));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--format=pax", "--format=ustar", "--format=v7"})
    void nameThatIsNotAscii_isRead(String format) {
        Path image = folder.image("disk.s2e", 4096, new Extent(0, 4096));
        Tool.run("tar", folder.source(), "cp -p disk.s2e \"$(printf 'disk.s2e.asdf\\303\\266lkj')\"; tar czf ../P "
                + format + " disk.s2e*");
        Map<ImageName, Path> unpacked = folder.unpack(folder.file("P"));
        assertThat(unpacked).containsOnlyKeys(ImageName.DISK, SampleImages.notAscii());
        folder.assertSameImage(image, unpacked.get(SampleImages.notAscii()));
    }

    @Test
    void paxTime_isReadToTheNanosecond() {
        folder.image("disk.s2e", 10, new Extent(0, 10));
        Tool.run("tar", folder.source(), "tar --format=pax -cf ../P disk.s2e");
        Map<ImageName, Path> unpacked = folder.unpack(folder.file("P"));
        assertThat(folder.entry(unpacked.get(ImageName.DISK)).modified()).isEqualTo(PackageFolder.MODIFIED);
    }

    @Test
    void membersThatAreNoImages_areSkippedAndReported() {
        byte[] tar = new TarBytes().file("README", "read me")
                .member(new HeaderBytes("./").type('5'), "")
                .file("./.DS_Store", "")
                .file("disk.s2e~", "a backup")
                .file("logs/2014/july", "deep")
                .file("disk.s2e", "the disk image")
                .ended();
        try (var reader = reader(tar)) {
            assertThat(reader.next()).map(Member::image).contains(ImageName.DISK);
            assertThat(reader.next()).isEmpty();
            assertThat(reader.skipped()).isEqualTo(List.of("README", "./.DS_Store", "disk.s2e~", "logs/2014/july"));
        }
    }

    @Test
    void timesThatNoFileCanHave_becomeTheNearestOnes_withAWarning() {
        byte[] tar = TarBytes.withDisk()
                .member(new HeaderBytes("disk.s2e.late").number(HeaderBytes.MODIFIED, 1L << 62), "")
                .pax('x', "mtime=-99999999999999999999.5").file("disk.s2e.early", "")
                .member(new HeaderBytes("folder/").type('5').number(HeaderBytes.MODIFIED, 1L << 62), "")
                .ended();
        try (var reader = reader(tar)) {
            assertThat(reader.next()).map(Member::image).contains(ImageName.DISK);
            assertThat(reader.next()).map(Member::modified).contains(Instant.parse("9999-12-31T23:59:59Z"));
            assertThat(reader.next()).map(Member::modified).contains(Instant.parse("0001-01-01T00:00:00Z"));
            assertThat(reader.next()).isEmpty();
            assertThat(reader.warnings()).containsExactly(
                    "disk.s2e.late has a modification time that no file can have: it gets 9999-12-31T23:59:59Z",
                    "disk.s2e.early has a modification time that no file can have: it gets 0001-01-01T00:00:00Z");
        }
    }

    private static PackageReader reader(byte[] tar) {
        return new PackageReader(Channels.newChannel(new ByteArrayInputStream(tar)), "P", PackageLimits.USUAL,
                Compressors.BEST, PackageReader.Scope.IMAGES);
    }

    @Test
    void member_saysWhatThePackageSays() {
        byte[] tar = new TarBytes()
                .declared(new HeaderBytes("disk.s2e").sparse(1 << 20).size(512).extent(0, 4096, 512)
                        .extent(1, 1 << 20, 0)
                        .text(HeaderBytes.MODE, "0004755\0"), "x".repeat(512))
                .gzipped();
        try (var reader = reader(tar)) {
            Member member = reader.next().orElseThrow();
            assertThat(member.size().bytes()).isEqualTo(1 << 20);
            assertThat(member.data().bytes()).isEqualTo(512);
            assertThat(member.mode()).isEqualTo(0755);
            assertThat(member.modified().getEpochSecond()).isEqualTo(1_000_000_000);
        }
    }

    @Test
    void streamThatGivesOneByteAtATime_isReadTheSame() {
        byte[] tar = TarBytes.withDisk().file("disk.s2e.ready", "r".repeat(2000)).gzipped();
        assertThat(Untrusted.read(new Dripping(tar))).isEqualTo(Untrusted.read(tar));
    }

    @Test
    void severalGzipMembers_emptyOnesAmongThem_areReadAsOne() {
        byte[] tar = TarBytes.withDisk().ended();
        byte[] one = TarBytes.gzip(Arrays.copyOf(tar, 700));
        byte[] other = TarBytes.gzip(Arrays.copyOfRange(tar, 700, tar.length));
        byte[] none = TarBytes.gzip(new byte[0]);
        assertThat(Untrusted.read(TarBytes.concatenated(none, one, none, other, none))).isEqualTo(Untrusted.read(tar));
    }

    @Test
    void fileThatHeldMore_holdsTheImageOnly() {
        Path image = folder.image("disk.s2e", 9000, new Extent(0, 9000));
        byte[] tar = TarBytes.withDisk().ended();
        try (DiskFile target = folder.disk().openForWriting(image);
                var reader = reader(tar)) {
            reader.next().orElseThrow();
            reader.extract(target, ImageFill.Filled.NOTHING, _ -> {});
        }
        assertThat(image).hasContent("the disk image");
    }

    @Test
    void memberThatWasExtracted_cannotBeExtractedAgain() {
        Path image = folder.image("disk.s2e", 0);
        byte[] tar = TarBytes.withDisk().ended();
        try (DiskFile target = folder.disk().openForWriting(image);
                var reader = reader(tar)) {
            reader.next().orElseThrow();
            reader.extract(target, ImageFill.Filled.NOTHING, _ -> {});
            assertThatThrownBy(() -> reader.extract(target, ImageFill.Filled.NOTHING, _ -> {}))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private void assertReadsWhatIsPackedBy(Packer packer, Map<ImageName, Path> images) {
        Tool.run(packer.program(), folder.source(), packer.script());
        Map<ImageName, Path> unpacked = folder.unpack(folder.file("P"));
        assertThat(unpacked.keySet()).containsExactlyInAnyOrderElementsOf(images.keySet());
        images.forEach((name, image) -> folder.assertSameImage(image, unpacked.get(name)));
    }

    /** A slow pipe. */
    private static final class Dripping extends InputStream {

        private final InputStream bytes;

        Dripping(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return bytes.read(target, offset, Math.min(length, 1));
        }
    }
}
