package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import ctl.vm.archive.Tool;
import ctl.vm.archive.tar.TarHeader;
import ctl.vm.archive.write.InMemoryFile;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.problem.VmException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A package that was damaged on its way is never taken for a whole one, and never causes anything but a refusal. */
class DamagedPackageTest {

    private static final int BLOCK = 512;

    /** Every form of member that is read, and noise for data, so that the compressed package is not all alike. */
    static byte[] tar() {
        return new TarBytes()
                .member(new HeaderBytes("./").type('5'), "")
                .pax('g', "comment=none")
                .file("disk.s2e", noise(700))
                .declared(new HeaderBytes("disk.s2e.S").sparse(1 << 16).size(2 * BLOCK).extent(0, 0, BLOCK)
                        .extent(1, 8192, BLOCK).extent(2, 1 << 16, 0), noise(2 * BLOCK))
                .longName("disk.s2e." + "l".repeat(120))
                .file("disk.s2e.l", noise(10))
                .pax('x', "path=disk.s2e.x", "mtime=1.5", "size=5")
                .file("x", noise(5))
                .pax('x', "GNU.sparse.size=1024", "GNU.sparse.numblocks=1", "GNU.sparse.offset=512",
                        "GNU.sparse.numbytes=512")
                .file("disk.s2e.0.0", noise(BLOCK))
                .pax('x', "GNU.sparse.size=1024", "GNU.sparse.numblocks=1", "GNU.sparse.map=512,512")
                .file("disk.s2e.0.1", noise(BLOCK))
                .pax('x', "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=disk.s2e.1.0",
                        "GNU.sparse.realsize=1024")
                .file("GNUSparseFile.0/disk.s2e.1.0", ("1\n512\n512\n" + "\0".repeat(BLOCK)).substring(0, BLOCK)
                        + noise(BLOCK))
                .file("README", noise(100))
                .open();
    }

    private static String noise(int length) {
        return new Random(length)
                .ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void wholePackage_isRead() {
        assertThat(Untrusted.read(whole())).hasSize(7);
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void wholePackage_compressed_isTheSame(UnaryOperator<byte[]> compression) {
        assertThat(Untrusted.read(compression.apply(whole()))).isEqualTo(Untrusted.read(whole()));
    }

    @Test
    void tarCutAnywhere_isRefused() {
        byte[] whole = whole();
        // 31 is no divisor of a block: every place in one is cut at somewhere.
        for (int length = whole.length - 1; length >= 0; length -= 31) {
            assertRefused(Arrays.copyOf(whole, length), "cut to %d bytes".formatted(length));
        }
    }

    static Stream<UnaryOperator<byte[]>> compressions() {
        return Stream.of(TarBytes::gzip, TarBytes::bzip2, TarBytes::lz4);
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void compressedPackageCutAnywhere_isRefused(UnaryOperator<byte[]> compression) {
        byte[] whole = compression.apply(whole());
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "cut to %d bytes".formatted(length));
        }
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void compressedPackageWithAnyByteChanged_isRefusedOrTheSame(UnaryOperator<byte[]> compression) {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] whole = compression.apply(whole());
        Map<ImageName, String> images = Untrusted.read(whole);
        for (int position = random.nextInt(3); position < whole.length; position += 3) {
            byte[] damaged = whole.clone();
            damaged[position] ^= (byte) (1 + random.nextInt(255));
            String situation = "seed %d: byte %d is %d".formatted(seed, position, damaged[position]);
            outcome(damaged, situation).ifPresent(read -> assertThat(read).as(situation).isEqualTo(images));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "xz", "xz -C crc32 -T2 --block-size=6KiB", "xz -C sha256 --x86 --lzma2=dict=4KiB", "xz --delta --lzma2 -T2",
        "xz --format=lzma", "lzip", "plzip -s4KiB -B8KiB"
    })
    void otherCompressions_cutAnywhere_areRefused(String command) {
        byte[] whole = Tool.filter(command, whole());
        assertThat(Untrusted.read(whole)).isEqualTo(Untrusted.read(whole()));
        for (int length = whole.length - 1; length >= 0; length -= 3) {
            assertRefused(Arrays.copyOf(whole, length), "%s, cut to %d bytes".formatted(command, length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "xz", "xz -C crc32 -T2 --block-size=6KiB", "xz -C sha256 --x86 --lzma2=dict=4KiB", "lzip",
        "plzip -s4KiB -B8KiB"
    })
    void otherCompressions_withAnyByteChanged_areRefusedOrTheSame(String command) {
        byte[] whole = Tool.filter(command, whole());
        long seed = System.nanoTime();
        var random = new Random(seed);
        Map<ImageName, String> images = Untrusted.read(whole);
        for (int position = random.nextInt(3); position < whole.length; position += 3) {
            byte[] damaged = whole.clone();
            damaged[position] ^= (byte) (1 + random.nextInt(255));
            String situation = "%s, seed %d: byte %d is %d".formatted(command, seed, position, damaged[position]);
            outcome(damaged, situation).ifPresent(read -> assertThat(read).as(situation).isEqualTo(images));
        }
    }

    /** Data in a plain tar has no checksum: it may come out changed, but nothing may break. */
    @Test
    void tarWithAnyByteChanged_breaksNothing() {
        long seed = System.nanoTime();
        mutate(whole(), seed, 1_000, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 20})
    @Tag("campaign")
    void tarWithManyBytesChanged_breaksNothing(int changes) {
        mutate(whole(), System.nanoTime(), 60_000, changes);
    }

    /** Headers get a right checksum again, so that what is behind it is reached. */
    private static void mutate(byte[] whole, long seed, int rounds, int changes) {
        var random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change < changes; change++) {
                damaged[random.nextInt(damaged.length)] = interesting(random);
            }
            for (int block = 0; block < damaged.length; block += BLOCK) {
                sealAgain(whole, damaged, block);
            }
            outcome(damaged, "seed %d, round %d, %d changes".formatted(seed, round, changes));
        }
    }

    private static byte interesting(Random random) {
        String characters = "0179 \n=,./\0\u0080\u00ff\u007fSxgLK5";
        return (byte) (random.nextBoolean()
                ? characters.charAt(random.nextInt(characters.length()))
                : random.nextInt(256));
    }

    private static void sealAgain(byte[] whole, byte[] damaged, int block) {
        boolean wasHeader = new TarHeader(Arrays.copyOfRange(whole, block, block + BLOCK)).hasRightChecksum();
        if (wasHeader) {
            var header = new HeaderBytes("").bytes(0, Arrays.copyOfRange(damaged, block, block + BLOCK));
            System.arraycopy(header.sealed(), 0, damaged, block, BLOCK);
        }
    }

    private static void assertRefused(byte[] content, String situation) {
        assertThatThrownBy(() -> Untrusted.read(content)).as(situation).isInstanceOf(VmException.class);
    }

    /** The images, or nothing where the package was refused; everything else is a failure of ours. */
    private static Optional<Map<ImageName, String>> outcome(byte[] content, String situation) {
        try {
            return Optional.of(Untrusted.read(content));
        } catch (VmException | InMemoryFile.TooLarge refused) {
            return Optional.empty();
        } catch (RuntimeException | Error broken) {
            return fail(situation, broken);
        }
    }

    private static byte[] whole() {
        return new TarBytes().raw(tar()).ended();
    }
}
