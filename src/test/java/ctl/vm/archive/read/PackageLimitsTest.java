package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.Tool;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a package may ask for, and the options that allow more. */
class PackageLimitsTest {

    private static final int MEBIBYTE = 1 << 20;

    private final Disk disk = new LinuxDisk();

    @TempDir
    private Path folder;

    @Test
    void package_ofMuchFromLittle_isRefusedUnlessTheRatioIsAllowed() {
        for (UnaryOperator<byte[]> compression : List.<UnaryOperator<byte[]>>of(TarBytes::gzip, TarBytes::bzip2)) {
            byte[] bomb = compression.apply(image((byte) 'x', 70));
            assertRefused(bomb, "disk.s2e", "unpacks to more than 250 times its size", "--max-ratio");
            assertThat(read(bomb, ratio(1_000_000))).isEqualTo(70L * MEBIBYTE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xz -0", "xz -0 -T2 --block-size=8MiB", "plzip -0 -n2 -B8MiB"})
    void package_ofMuchFromLittle_isRefusedInEveryCompression(String command) {
        byte[] bomb = Tool.filter(command, image((byte) 'x', 70));

        assertRefused(bomb, "disk.s2e", "unpacks to more than 250 times its size", "--max-ratio");
    }

    @Test
    void package_ofMuchFromLittle_thatIsZeros_isRead() {
        for (UnaryOperator<byte[]> compression : List.<UnaryOperator<byte[]>>of(TarBytes::gzip, TarBytes::bzip2)) {
            assertThat(read(compression.apply(image((byte) 0, 70)), ratio(1))).isEqualTo(70L * MEBIBYTE);
        }
    }

    @Test
    void package_ofManyMembers_isRefusedUnlessSoManyAreAllowed() {
        var tar = TarBytes.withDisk();
        for (int member = 0; member < PackageLimits.USUAL_MEMBERS; member++) {
            tar.file("README", "");
        }
        byte[] crowd = tar.gzipped();

        assertRefused(crowd, "README", "is one member too many: 10000 are the most", "--max-members");
        read(crowd, new PackageLimits(
                Optional.empty(), Optional.empty(), Optional.of(20_000L), Optional.empty()));
    }

    @Test
    void package_ofManyImages_isRefused() {
        var tar = TarBytes.withDisk();
        for (int image = 1; image <= PackageLimits.USUAL_IMAGES; image++) {
            tar.file("disk.s2e." + image, "");
        }

        assertRefused(tar.gzipped(), "disk.s2e.2000", "is one image too many: 2000 are the most", "--max-members");
    }

    @Test
    void package_withALongHeader_isRefusedUnlessItIsAllowed() {
        byte[] wordy = new TarBytes().pax('x', "comment=" + "c".repeat(2 * MEBIBYTE)).file("disk.s2e", "").gzipped();

        assertRefused(wordy, "PaxHeaders/disk.s2e", "has a header of 2097169 bytes, and 1048576 are the most",
                "--max-header");
        read(wordy, new PackageLimits(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(new ByteCount(4 * MEBIBYTE))));
    }

    private void assertRefused(byte[] content, String member, String reason, String option) {
        assertThatThrownBy(() -> read(content, PackageLimits.USUAL))
                .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                        .isInstanceOfSatisfying(Unsafe.PackageOverLimit.class, over -> {
                            assertThat(over.exitCode()).isEqualTo(7);
                            assertThat(ProblemText.of(over).message())
                                    .startsWith("P: member \"%s\": %s".formatted(member, reason));
                            assertThat(ProblemText.of(over).nextStep()).endsWith("allow more with " + option);
                        }));
    }

    private static PackageLimits ratio(long ratio) {
        return new PackageLimits(Optional.empty(), Optional.of(ratio), Optional.empty(), Optional.empty());
    }

    /** Returns how many bytes the images have. */
    private long read(byte[] content, PackageLimits limits) {
        Path target = folder.resolve(ImageName.DISK.fileName());
        long bytes = 0;
        try (var reader = new PackageReader(Channels.newChannel(new ByteArrayInputStream(content)), "P", limits,
                Compressors.BEST,
                PackageReader.Scope.IMAGES)) {
            for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                disk.remove(target);
                try (var file = disk.create(target, 0600)) {
                    reader.extract(file, ImageFill.Filled.NOTHING, _ -> {});
                    bytes += file.size();
                }
            }
        }
        return bytes;
    }

    /** An archive with a disk image of so many MiB that are all the same. */
    private static byte[] image(byte content, int mebibytes) {
        byte[] data = new byte[mebibytes * MEBIBYTE];
        Arrays.fill(data, content);
        return new TarBytes().raw(new HeaderBytes("disk.s2e").size(data.length).sealed()).raw(data).ended();
    }
}
