package ctl.vm.inventory.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentSampleTest {

    private static final List<Long> BLOCKS = List.of(0L, 35L, 36L, 1_000_000L);

    @Test
    void text_readAgain_isTheSameSample() {
        ContentSample sample = ContentSample.of(BLOCKS, block -> filled((byte) block));

        assertThat(ContentSample.parse(sample.toString())).isEqualTo(sample);
        assertThat(sample.toString()).endsWith("@0.z.1.lfks");
        assertThat(ContentSample.parse(ContentSample.of(List.of(), block -> filled(1)).toString()).blocks()).isEmpty();
    }

    @Test
    void content_thatMovedToAnotherBlock_isAnother() {
        ContentSample here = ContentSample.of(List.of(1L, 2L), block -> filled(block == 1 ? 7 : 0));
        ContentSample there = ContentSample.of(List.of(1L, 2L), block -> filled(block == 2 ? 7 : 0));

        assertThat(here).isNotEqualTo(there);
        assertThat(here.isMeaningful()).isTrue();
    }

    @Test
    void zeros_sayNothing() {
        assertThat(ContentSample.of(BLOCKS, _ -> filled(0)).isMeaningful()).isFalse();
        assertThat(ContentSample.of(BLOCKS, _ -> ByteBuffer.allocate(0)).isMeaningful()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256-4k:", "sha256-4k:0@1", "sha256-1m:00", "sha256-4k:%s@1.-1", "sha256-4k:%s@1.0",
        "sha256-4k:%s@!", "sha256-4k:%s@1y2p0ij32e8e7.1y2p0ij32e8e7", "sha256-4k:%s"})
    void text_ofSomethingElse_isRefused(String text) {
        assertThatThrownBy(() -> ContentSample.parse(text.formatted("0".repeat(64))))
                .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
    }

    @Test
    void sample_ofMoreBlocksThanAnybodyTakes_isRefused() {
        List<Long> many = LongStream.range(0, 2000).boxed().toList();

        assertThatThrownBy(() -> new ContentSample(many, Sha256.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ByteBuffer filled(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(ContentSample.BLOCK_BYTES);
        while (bytes.hasRemaining()) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }
}
