package ctl.vm.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.BlockSize;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * bzip2 and lz4 through their native libraries, and in Java where those cannot be loaded: each behaves as the other.
 */
class StreamLibraryTest {

    enum Way {
        NATIVE_BZIP2,
        JAVA_BZIP2,
        NATIVE_LZ4,
        JAVA_LZ4;

        StreamDecompressor open(byte[] packed) {
            ByteBuffer direct = ByteBuffer.allocateDirect(packed.length).put(packed).flip();
            return switch (this) {
                case NATIVE_BZIP2 -> Libbz2.LIBRARY.orElseThrow().stream(direct);
                case JAVA_BZIP2 -> JavaStream.bzip2(direct);
                case NATIVE_LZ4, JAVA_LZ4 -> frame(direct);
            };
        }

        /** @param packed of which the frame takes what it needs */
        StreamDecompressor frame(ByteBuffer packed) {
            Assumptions.assumeTrue(this == JAVA_LZ4 || Liblz4.LIBRARY.isPresent(), "liblz4 is not installed");
            ByteSource source = () -> {
                if (!packed.hasRemaining()) {
                    throw new DamagedData("it is cut off");
                }
                return packed;
            };
            return this == JAVA_LZ4
                    ? JavaStream.lz4(source)
                    : Liblz4.LIBRARY.orElseThrow().frame(source);
        }

        byte[] packed(byte[] content) throws IOException {
            var packed = new ByteArrayOutputStream();
            try (var stream = isBzip2()
                    ? new BZip2CompressorOutputStream(packed, 1)
                    // Small blocks, of which there are several, and not packed as well as can be: that takes seconds.
                    : new FramedLZ4CompressorOutputStream(packed,
                            new FramedLZ4CompressorOutputStream.Parameters(BlockSize.K64, true, false, false,
                                    BlockLZ4CompressorOutputStream.createParameterBuilder().tunedForSpeed().build()))) {
                stream.write(content);
            }
            return packed.toByteArray();
        }

        boolean isBzip2() {
            return this == NATIVE_BZIP2 || this == JAVA_BZIP2;
        }
    }

    @ParameterizedTest
    @EnumSource
    void stream_isReadToItsEnd(Way way) throws IOException {
        for (int size : new int[] {0, 1, 1000, 65_536, 140_000}) {
            byte[] content = content(size);
            byte[] packed = way.packed(content);
            for (int space : new int[] {1, 4096, size + 1}) {
                if (size / space < 10_000) {
                    assertThat(read(way.open(packed), space)).isEqualTo(content);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stream_cutOffAnywhere_isDamage(Way way) throws IOException {
        byte[] packed = way.packed(content(3000));
        for (int length = 0; length < packed.length; length++) {
            byte[] part = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> read(way.open(part), 1000)).as("%d bytes", length).isInstanceOf(DamagedData.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void stream_withAnyBitWrong_isDamageOrReadAsItIs(Way way) throws IOException {
        byte[] content = content(300);
        byte[] packed = way.packed(content);
        for (int bit = 0; bit < packed.length * Byte.SIZE; bit++) {
            byte[] damaged = packed.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(read(way.open(damaged), 1000)).as("bit %d", bit).isEqualTo(content);
            } catch (DamagedData refused) {
                assertThat(refused).hasMessageMatching("its compressed data cannot be read|it is cut off");
            }
        }
    }

    /** Bits that are no stream at all must not take the program with them. */
    @ParameterizedTest
    @EnumSource
    void noise_isDamage(Way way) throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            byte[] packed = way.packed(content(3000));
            byte[] noise = new byte[packed.length - 20];
            new Random(seed).nextBytes(noise);
            System.arraycopy(noise, 0, packed, 20, noise.length);
            assertThatThrownBy(() -> read(way.open(packed), 1000)).as("seed %d", seed).isInstanceOf(DamagedData.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE_LZ4", "JAVA_LZ4"})
    void frame_isReadNoFurtherThanItsEnd(Way way) throws IOException {
        byte[] content = content(140_000);
        byte[] packed = way.packed(content);
        ByteBuffer two = ByteBuffer.allocateDirect(packed.length + 1000).put(packed).clear();
        assertThat(read(way.frame(two), 1000)).isEqualTo(content);
        assertThat(two.remaining()).isEqualTo(1000);
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE_BZIP2"})
    void bytesBehindABzip2Stream_areDamage(Way way) throws IOException {
        byte[] packed = way.packed(content(1000));
        assertThatThrownBy(() -> read(way.open(Arrays.copyOf(packed, packed.length + 1)), 2000))
                .isInstanceOf(DamagedData.class);
    }

    private static byte[] read(StreamDecompressor stream, int space) throws IOException {
        var content = new ByteArrayOutputStream();
        try (stream) {
            ByteBuffer block = ByteBuffer.allocateDirect(space);
            do {
                stream.fill(block.clear());
                byte[] bytes = new byte[block.flip().remaining()];
                block.get(bytes);
                content.write(bytes);
            } while (block.limit() == space);
        }
        return content.toByteArray();
    }

    /** A bit of text, and noise. */
    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        for (int at = 0; at < size / 2; at++) {
            content[at] = (byte) ('a' + (content[at] & 3));
        }
        return content;
    }
}
