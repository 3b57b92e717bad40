package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.write.CountingWatcher;
import ctl.vm.archive.write.InMemorySink;
import ctl.vm.archive.write.PackageFormat;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The digest that packing gives an image is that of its content, wherever its holes are. */
class PackedDigestTest {

    private static final int CHUNK = ImageDigest.CHUNK_BYTES;

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @EnumSource
    void digestOfAnImage_isThatOfItsChunks(PackageFormat format) throws IOException {
        var folder = new PackageFolder(temporary);
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Path image = folder.image("disk.s2e", 20 * CHUNK + 4711, extents(new Random(seed)));

        assertThat(digest(folder, image, format)).isEqualTo(naive(Files.readAllBytes(image)));
    }

    @Test
    void digestOfAnImageFullOfZeros_isThatOfOneWithHoles() throws IOException {
        var folder = new PackageFolder(temporary);
        Path sparse = folder.image("disk.s2e", 9 * CHUNK, new Extent(3 * CHUNK + 4096, 4 * CHUNK));
        Path dense = folder.image("disk.s2e.dense", 9 * CHUNK);
        try (DiskFile file = folder.disk().openForWriting(dense)) {
            file.write(ByteBuffer.wrap(Files.readAllBytes(sparse)), 0);
        }

        assertThat(digest(folder, dense, PackageFormat.TAR_GZ))
                .isEqualTo(digest(folder, sparse, PackageFormat.TAR_GZ))
                .isEqualTo(naive(Files.readAllBytes(sparse)));
    }

    private static Extent[] extents(Random random) {
        return random.longs(30, 0, 20 * CHUNK / 4096)
                .mapToObj(block -> new Extent(block * 4096, block * 4096 + 4096 * (1 + random.nextInt(100))))
                .map(extent -> new Extent(extent.start(), Math.min(extent.end(), 20 * CHUNK + 4711)))
                .toArray(Extent[]::new);
    }

    private static ImageDigest digest(PackageFolder folder, Path image, PackageFormat format) {
        try (var output = folder.output(new InMemorySink(), format, Compressors.BEST)) {
            output.add(ImageName.DISK, image, new CountingWatcher());
            return output.finish().digests().get(ImageName.DISK);
        }
    }

    private static ImageDigest naive(byte[] content) {
        ImageDigest.Chain chain = ImageDigest.Chain.START;
        for (int at = 0; at < content.length; at += CHUNK) {
            byte[] chunk = Arrays.copyOfRange(content, at, Math.min(content.length, at + CHUNK));
            if (!Arrays.equals(chunk, new byte[chunk.length])) {
                chain = chain.with(at / CHUNK, Sha256.over(chunk));
            }
        }
        return chain.end(new ByteCount(content.length));
    }
}
