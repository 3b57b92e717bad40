package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.archive.Tool;
import ctl.vm.archive.read.PackageFolder;
import ctl.vm.archive.read.Untrusted;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.DeflateLibrary;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Other tools unpack what we pack. */
class PackageWriterTest {

    private static final int RECORD_BYTES = 10240;

    @TempDir
    private Path temporary;

    private PackageFolder folder;

    @BeforeEach
    void makeFolder() {
        folder = new PackageFolder(temporary);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tar     | tar xzf ../P.tar.gz",
        "bsdtar  | bsdtar xzf ../P.tar.gz",
        "python3 | python3 -c 'import tarfile; tarfile.open(\"../P.tar.gz\").extractall()'"})
    void imagesOfAllShapes_unpackedByOtherTools_areTheSame(String tool, String unpack) {
        Map<ImageName, Path> images = SampleImages.all(folder);
        folder.pack(folder.file("P.tar.gz"), images);
        Tool.run(tool, folder.unpacked(), unpack);
        assertThat(folder.disk().list(folder.unpacked())).hasSameSizeAs(images.keySet());
        images.forEach((name, image) -> folder.assertSameImage(image, folder.unpacked().resolve(name.fileName())));
    }

    @Test
    void imagesOfAllShapes_unpackedByUs_areTheSame() {
        Map<ImageName, Path> images = SampleImages.all(folder);
        long written = folder.pack(folder.file("P.tar"), images);
        Map<ImageName, Path> unpacked = folder.unpack(folder.file("P.tar"));
        assertThat(unpacked.keySet()).containsExactlyElementsOf(images.keySet());
        images.forEach((name, image) -> folder.assertSameImage(image, unpacked.get(name)));
        assertThat(written).isLessThan(4 << 20);
    }

    @ParameterizedTest
    @CsvSource({"tar,tar xf ../P.tar", "bsdtar,bsdtar xf ../P.tar"})
    void nameThatIsNotAscii_unpackedByOtherTools_keepsItsBytes(String tool, String unpack) {
        Path image = folder.image("disk.s2e", 4096, new DiskFile.Extent(0, 4096));
        folder.pack(folder.file("P.tar"), Map.of(SampleImages.notAscii(), image));
        Tool.run(tool, folder.unpacked(), unpack + "; mv \"$(printf 'disk.s2e.asdf\\303\\266lkj')\" found");
        folder.assertSameImage(image, folder.unpacked().resolve("found"));
    }

    @Test
    void imageThatIsAllHole_takesNextToNothing() {
        Path image = folder.image("disk.s2e", 8L << 30);
        folder.pack(folder.file("P.tar"), Map.of(ImageName.DISK, image));
        assertThat(folder.entry(folder.file("P.tar")).size()).isEqualTo(RECORD_BYTES);
    }

    @Test
    void samePackage_writtenTwice_hasTheSameBytes() throws IOException {
        Map<ImageName, Path> images = Map.of(ImageName.DISK,
                folder.image("disk.s2e", 100, new DiskFile.Extent(0, 100)));
        folder.pack(folder.file("one.tgz"), images);
        folder.pack(folder.file("two.tgz"), images);
        assertThat(Files.mismatch(folder.file("one.tgz"), folder.file("two.tgz"))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void imagesPackedByEachLibrary_unpackedByOtherTools_areTheSame(DeflateLibrary library) {
        assumeTrue(library.canDeflate(), library + " is not installed");
        Map<ImageName, Path> images = SampleImages.small(folder, 255);
        folder.pack(folder.file("P.tar.gz"), images, new Compressors(Optional.of(library)));
        Tool.run("tar", folder.unpacked(), "gzip -t ../P.tar.gz; tar xzf ../P.tar.gz");
        images.forEach((name, image) -> folder.assertSameImage(image, folder.unpacked().resolve(name.fileName())));
    }

    @ParameterizedTest
    @CsvSource({"zstd,zstd -qt ../P.tar.zst; zstd -qdc ../P.tar.zst | tar xf -", "bsdtar,bsdtar xf ../P.tar.zst"})
    void imagesInZstd_unpackedByOtherTools_areTheSame(String tool, String unpack) {
        Map<ImageName, Path> images = SampleImages.all(folder);
        folder.pack(folder.file("P.tar.zst"), images);
        Tool.run(tool, folder.unpacked(), unpack);
        images.forEach((name, image) -> folder.assertSameImage(image, folder.unpacked().resolve(name.fileName())));
    }

    @Test
    void packageClosedBeforeItsEnd_isNotMadeToLookWhole() {
        Path image = folder.image("disk.s2e", 5000, new DiskFile.Extent(0, 5000));
        var sink = new InMemorySink();
        try (var output = folder.output(sink, PackageFormat.TAR_GZ, Compressors.BEST)) {
            output.add(ImageName.DISK, image, new CountingWatcher());
        }
        assertThatThrownBy(() -> Untrusted.read(sink.bytes())).isInstanceOf(VmException.class);
    }

    @Test
    void imageThatBecomesShorter_isReported() {
        Path image = folder.image("disk.s2e", 30 << 20, new DiskFile.Extent(0, 30 << 20));
        try (DiskFile source = folder.disk().openForWriting(image);
                var output = folder.output(new InMemorySink(), PackageFormat.TAR, Compressors.BEST)) {
            assertThatThrownBy(() -> output.add(ImageName.DISK, image, new CountingWatcher() {
                @Override
                public void packed(long more) {
                    source.resize(5000);
                }
            })).isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem())
                    .isEqualTo(new Failure.SourceChanged(image.toString())));
        }
    }

    @Test
    void imageThatIsWrittenToMeanwhile_isReported() {
        Path image = folder.image("disk.s2e", 3 << 20, new DiskFile.Extent(0, 3 << 20));
        try (DiskFile source = folder.disk().openForWriting(image);
                var output = folder.output(new InMemorySink(), PackageFormat.TAR, Compressors.BEST)) {
            assertThatThrownBy(() -> output.add(ImageName.DISK, image, new CountingWatcher() {
                @Override
                public void packed(long more) {
                    source.write(ByteBuffer.wrap(new byte[] {1}), 0);
                }
            })).isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem())
                    .isEqualTo(new Failure.SourceChanged(image.toString())));
        }
    }

    @Test
    void sinkThatFails_isReportedAndCanBeClosed() {
        Path image = folder.image("disk.s2e", 9 << 20, new DiskFile.Extent(0, 9 << 20));
        try (var output = folder.output(new InMemorySink(2 << 20), PackageFormat.TAR_GZ, Compressors.BEST)) {
            assertThatThrownBy(() -> output.add(ImageName.DISK, image, new CountingWatcher()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("full");
        }
    }
}
