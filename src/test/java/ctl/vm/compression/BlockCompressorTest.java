package ctl.vm.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.airlift.compress.v3.zstd.ZstdDecompressor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BlockCompressorTest {

    private static final int BLOCK_BYTES = 1 << 20;

    @ParameterizedTest
    @EnumSource
    void blocksOfAllKinds_deflatedByEachLibrary_areInflatedByJava(DeflateLibrary library) throws Exception {
        assumeTrue(library.canDeflate(), library + " is not installed");
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        for (int level : new int[] {1, library.usualLevel(), 12}) {
            try (BlockCompressor compressor = library.compressor(level)) {
                for (byte[] block : blocks(new Random(seed))) {
                    byte[] compressed = compress(compressor, block);
                    assertThat(inflate(compressed, block.length)).isEqualTo(block);
                    assertThat(compress(compressor, block)).as("once more").isEqualTo(compressed);
                }
            }
        }
    }

    @Test
    void blocksOfAllKinds_inZstdFrames_areUnpacked() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        try (BlockCompressor compressor = Compressors.zstd(Optional.empty())) {
            for (byte[] block : blocks(new Random(seed))) {
                byte[] compressed = compress(compressor, block);
                byte[] unpacked = new byte[block.length];
                int count = ZstdDecompressor.create()
                        .decompress(compressed, 0, compressed.length, unpacked, 0, unpacked.length);
                assertThat(count).isEqualTo(block.length);
                assertThat(unpacked).isEqualTo(block);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"libdeflate,LIBDEFLATE", "isal,ISAL", "zip,ZIP"})
    void library_namedInTheEnvironment_isTakenForAll(String name, DeflateLibrary library) {
        Compressors forced = Compressors.of(Map.of("CTL_COMPRESSOR", name));
        assertThat(forced.small()).isEqualTo(library);
        assertThat(forced.fast()).isEqualTo(library);
    }

    @Test
    void library_namedNowhere_isTheBest() {
        assertThat(Compressors.of(Map.of())).isEqualTo(Compressors.BEST);
        assertThat(Compressors.BEST.small()).isNotEqualTo(DeflateLibrary.ISAL);
    }

    /** Empty, one byte, text-like, zeros, and what cannot be compressed. */
    private static byte[][] blocks(Random random) {
        byte[] noise = new byte[BLOCK_BYTES];
        random.nextBytes(noise);
        byte[] text = new byte[BLOCK_BYTES - random.nextInt(5000)];
        for (int at = 0; at < text.length; at++) {
            text[at] = (byte) ('a' + random.nextInt(1 + at % 7));
        }
        return new byte[][] {{}, {7}, text, new byte[BLOCK_BYTES], noise, Arrays.copyOf(noise, 511)};
    }

    private static byte[] compress(BlockCompressor compressor, byte[] block) {
        ByteBuffer target = ByteBuffer.allocateDirect(compressor.maximumBytes(block.length));
        ByteBuffer source = ByteBuffer.allocateDirect(block.length).put(block).flip();
        compressor.compress(source, target);
        assertThat(source.hasRemaining()).isFalse();
        byte[] compressed = new byte[target.position()];
        target.get(0, compressed);
        return compressed;
    }

    private static byte[] inflate(byte[] compressed, int length) throws DataFormatException {
        var inflater = new Inflater(true);
        inflater.setInput(compressed);
        byte[] content = new byte[length];
        int count = 0;
        while (!inflater.finished()) {
            count += inflater.inflate(content, count, length - count);
        }
        assertThat(inflater.getRemaining()).isZero();
        inflater.end();
        return content;
    }
}
