package ctl.vm.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every library inflates the same, and trusts nothing. */
class DeflateLibraryTest {

    private static final int DEFAULT_LEVEL = 6;

    /** Noise, repetitions and zeros: stored, dynamic and fixed blocks. */
    private static final byte[] CONTENT = new byte[300_000];

    static {
        var random = new Random(1);
        random.nextBytes(CONTENT);
        Arrays.fill(CONTENT, 100_000, 150_000, (byte) 0);
        for (int at = 150_000; at < 250_000; at++) {
            CONTENT[at] = (byte) (at % 251 % 17);
        }
    }

    static Stream<byte[]> contents() {
        return Stream.of(CONTENT, new byte[0], new byte[1], new byte[1 << 20], Arrays.copyOf(CONTENT, 100));
    }

    @ParameterizedTest
    @EnumSource
    void wholeMembers_areInflated(DeflateLibrary library) throws DamagedData {
        assumeTrue(library.canInflate());
        try (BlockDecompressor inflater = library.decompressor()) {
            for (byte[] content : contents().toList()) {
                ByteBuffer deflated = direct(deflate(content, DEFAULT_LEVEL));
                ByteBuffer target = ByteBuffer.allocateDirect(content.length + 3);
                target.position(1);
                inflater.decompress(deflated, target);
                assertThat(deflated.position()).isZero();
                assertThat(bytes(target.flip().position(1))).isEqualTo(content);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void memberWithAnythingBehindIt_isDamaged(DeflateLibrary library) {
        byte[] deflated = deflate(CONTENT, DEFAULT_LEVEL);
        assertDamaged(library, Arrays.copyOf(deflated, deflated.length + 1), CONTENT.length);
    }

    @ParameterizedTest
    @EnumSource
    void memberThatIsCutOff_isDamaged(DeflateLibrary library) {
        byte[] deflated = deflate(CONTENT, DEFAULT_LEVEL);
        for (int length : new int[] {0, 1, 100, deflated.length / 2, deflated.length - 1}) {
            assertDamaged(library, Arrays.copyOf(deflated, length), CONTENT.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void memberThatHoldsMoreThanThereIsRoomFor_isDamaged(DeflateLibrary library) {
        assertDamaged(library, deflate(CONTENT, DEFAULT_LEVEL), CONTENT.length - 1);
        assertDamaged(library, deflate(new byte[64 << 20], DEFAULT_LEVEL), 1 << 20);
        assertDamaged(library, deflate(new byte[1], DEFAULT_LEVEL), 0);
    }

    @ParameterizedTest
    @EnumSource
    void noise_isDamagedOrInflated(DeflateLibrary library) {
        assumeTrue(library.canInflate());
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (BlockDecompressor inflater = library.decompressor()) {
            for (int round = 0; round < 2_000; round++) {
                byte[] noise = deflate(Arrays.copyOf(CONTENT, 2_000), round % 10);
                noise[random.nextInt(Math.min(noise.length, 200))] = (byte) random.nextInt();
                ByteBuffer target = ByteBuffer.allocateDirect(3_000);
                try {
                    inflater.decompress(direct(noise), target);
                    assertThat(target.position()).as("seed %d, round %d", seed, round).isLessThanOrEqualTo(3_000);
                } catch (DamagedData expected) {
                    // It is.
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ISAL", "ZIP"})
    void streamInPartsOfAnySize_isInflatedUpToItsEnd(DeflateLibrary library) throws DamagedData {
        assumeTrue(library.canInflate());
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] deflated = deflate(CONTENT, DEFAULT_LEVEL);
        ByteBuffer source = direct(Arrays.copyOf(deflated, deflated.length + 8));
        ByteBuffer target = ByteBuffer.allocateDirect(CONTENT.length + 8);
        try (StreamInflater inflater = library.streamInflater()) {
            for (int round = 0; round < 2; round++) {
                inflater.reset();
                source.clear();
                target.clear();
                boolean ended = false;
                while (!ended) {
                    source.limit(Math.min(source.capacity(), source.position() + 1 + random.nextInt(5_000)));
                    target.limit(Math.min(target.capacity(), target.position() + 1 + random.nextInt(5_000)));
                    ended = inflater.inflate(source, target);
                }
                assertThat(source.position()).as("seed %d", seed).isEqualTo(deflated.length);
                assertThat(bytes(target.flip())).as("seed %d", seed).isEqualTo(CONTENT);
            }
        }
    }

    @Test
    void whatIsChosen_canInflate() {
        assertThat(Compressors.BEST.forMembers().canInflate()).isTrue();
        assertThat(Compressors.BEST.forStreams().canInflate()).isTrue();
        assertThat(Compressors.BEST.forStreams()).isNotEqualTo(DeflateLibrary.LIBDEFLATE);
    }

    private static void assertDamaged(DeflateLibrary library, byte[] deflated, int room) {
        assumeTrue(library.canInflate());
        try (BlockDecompressor inflater = library.decompressor()) {
            assertThatThrownBy(() -> inflater.decompress(direct(deflated), ByteBuffer.allocateDirect(room)))
                    .isInstanceOf(DamagedData.class);
        }
    }

    private static byte[] deflate(byte[] content, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            byte[] deflated = new byte[content.length + 1000];
            return Arrays.copyOf(deflated, deflater.deflate(deflated));
        } finally {
            deflater.end();
        }
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
