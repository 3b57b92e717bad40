package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.member.PackageDigest;
import ctl.vm.archive.write.InMemorySink;
import ctl.vm.archive.write.PackageFormat;
import ctl.vm.archive.write.PackageWriter;
import ctl.vm.archive.write.PackingWatcher;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packing that goes on at any checkpoint gives the very bytes of packing that was never interrupted. */
class PackageResumeTest {

    private static final long MI = 1 << 20;

    @TempDir
    private Path temporary;

    private PackageFolder folder;
    private final Map<ImageName, Path> images = new LinkedHashMap<>();

    @BeforeEach
    void makeImages() {
        folder = new PackageFolder(temporary);
        add("disk.s2e", 64 * MI, new Extent(5000, 6 * MI + 1), new Extent(40 * MI, 41 * MI),
                new Extent(50 * MI, 53 * MI));
        add("disk.s2e.small", 9000, new Extent(0, 9000));
        add("disk.s2e.hole", 3 * MI);
        add("disk.s2e.odd", 5 * MI + 77, new Extent(4 * MI + 8192, 5 * MI + 77));
    }

    private void add(String name, long size, Extent... data) {
        images.put(ImageName.ofFile(name).orElseThrow(), folder.image(name, size, data));
    }

    @ParameterizedTest
    @EnumSource
    void package_goingOnAtAnyCheckpoint_hasTheSameBytes(PackageFormat format) {
        var whole = new InMemorySink();
        List<PackageCheckpoint> checkpoints = new ArrayList<>();
        PackageCheckpoint end = pack(format, whole, PackageCheckpoint.NOTHING, checkpoints);

        assertThat(checkpoints).hasSizeGreaterThan(format == PackageFormat.TAR_ZST ? 4 : 10);
        assertThat(whole.syncs()).as("each after a sync").isEqualTo(checkpoints.size() + 1);
        for (PackageCheckpoint checkpoint : checkpoints) {
            byte[] beginning = Arrays.copyOf(whole.bytes(), (int) checkpoint.written().bytes());
            InMemorySink rest = InMemorySink.holding(beginning);
            assertThat(pack(format, rest, checkpoint, new ArrayList<>())).as("%s", checkpoint).isEqualTo(end);
            assertThat(rest.bytes()).as("%s", checkpoint).isEqualTo(whole.bytes());
        }
        assertThat(end.written().bytes()).isEqualTo(whole.bytes().length);
        assertThat(end.file()).hasValue(Sha256.over(whole.bytes()));
        assertThat(end.images()).allMatch(PackageCheckpoint.PackedImage::isWhole);
    }

    private PackageCheckpoint pack(
            PackageFormat format, InMemorySink sink, PackageCheckpoint from, List<PackageCheckpoint> checkpoints) {
        try (var output = new PackageWriter(
                folder.disk(), sink, () -> format.writer(Compressors.BEST, CompressionLevel.USUAL), from,
                digest(sink, from), Optional.of(PackageFolder.ORIGIN))) {
            images.forEach((name, path) -> output.add(name, path, new Collecting(checkpoints)));
            return output.finish();
        }
    }

    private static PackageDigest digest(InMemorySink sink, PackageCheckpoint from) {
        var digest = new PackageDigest();
        digest.add(ByteBuffer.wrap(sink.bytes(), 0, (int) from.written().bytes()));
        return digest;
    }

    /** Wants a checkpoint after every block. */
    private record Collecting(List<PackageCheckpoint> checkpoints) implements PackingWatcher {

        @Override
        public void packed(long bytes) {}

        @Override
        public boolean wantsCheckpoint() {
            return true;
        }

        @Override
        public void reached(PackageCheckpoint durable) {
            checkpoints.add(durable);
        }
    }
}
