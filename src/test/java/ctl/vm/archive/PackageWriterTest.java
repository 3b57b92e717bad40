package ctl.vm.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.ImageName;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void packageClosedBeforeItsEnd_isNotMadeToLookWhole() {
        Path image = folder.image("disk.s2e", 5000, new DiskFile.Extent(0, 5000));
        var sink = new ByteArrayOutputStream();
        try (DiskFile source = folder.disk().open(image);
                var writer = new PackageWriter(sink, PackageFormat.TAR_GZ)) {
            writer.add(ImageName.DISK, source, PackageFolder.MODIFIED, 0644, count -> {});
        }
        assertThatThrownBy(() -> Untrusted.read(sink.toByteArray())).isInstanceOf(VmException.class);
    }

    @Test
    void imageThatBecomesShorter_isReported() {
        Path image = folder.image("disk.s2e", 3 << 20, new DiskFile.Extent(0, 3 << 20));
        try (DiskFile source = folder.disk().openForWriting(image);
                var writer = new PackageWriter(new ByteArrayOutputStream(), PackageFormat.TAR)) {
            assertThatThrownBy(() -> writer.add(
                    ImageName.DISK, source, PackageFolder.MODIFIED, 0644, count -> source.resize(count)))
                    .isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem())
                            .isEqualTo(new Failure.SourceChanged(image.toString())));
        }
    }

    @Test
    void sinkThatFails_isReportedAndCanBeClosed() {
        Path image = folder.image("disk.s2e", 3 << 20, new DiskFile.Extent(0, 3 << 20));
        try (DiskFile source = folder.disk().open(image);
                var writer = new PackageWriter(new FullSink(), PackageFormat.TAR_GZ)) {
            assertThatThrownBy(() -> writer.add(
                    ImageName.DISK, source, PackageFolder.MODIFIED, 0644, count -> {}))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("full");
        }
    }

    /** Takes the header of gzip and no more. */
    private static final class FullSink extends ByteArrayOutputStream {

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            if (size() > 0) {
                throw new UncheckedIOException(new IOException("full"));
            }
            super.write(bytes, offset, length);
        }
    }
}
