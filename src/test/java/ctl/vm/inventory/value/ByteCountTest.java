package ctl.vm.inventory.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteCountTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0.0MiB", "52428, 0.0MiB", "52429, 0.1MiB", "1048576, 1.0MiB", "8053063680, 7680.0MiB",
        "2097151, 2.0MiB", "9223372036854775807, 8796093022208.0MiB"})
    void mebibytes_haveOneDecimalAndAreRounded(long bytes, String text) {
        assertThat(new ByteCount(bytes).inMebibytes()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1536, 1.5 KiB", "20971520, 20.0 MiB", "1073741823, 1.0 GiB",
        "1073000000, 1023.3 MiB", "1048575, 1.0 MiB",
        "1152921504606846976, 1.0 EiB", "9223372036854775807, 8.0 EiB"})
    void brief_isInTheLargestUnitThatFits(long bytes, String text) {
        assertThat(new ByteCount(bytes).brief()).isEqualTo(text);
    }

    @Test
    void sums_thatNoNumberCanSay_areTheMostThatOneCan() {
        ByteCount most = new ByteCount(Long.MAX_VALUE);

        assertThat(most.plus(new ByteCount(1))).isEqualTo(most);
        assertThat(most.plus(most)).isEqualTo(most);
        assertThat(new ByteCount(7L << 60).plus(new ByteCount(7L << 60))).isEqualTo(most);
        assertThat(new ByteCount(Long.MAX_VALUE - 1).plus(new ByteCount(1))).isEqualTo(most);
        assertThat(new ByteCount(1L << 32).times(1L << 31)).isEqualTo(most);
        assertThat(new ByteCount(1L << 32).times(1L << 40)).isEqualTo(most);
        assertThat(new ByteCount(1L << 32).times(1L << 30)).isEqualTo(new ByteCount(1L << 62));
        assertThat(most.times(0)).isEqualTo(ByteCount.ZERO);
    }

    @Test
    void anyNumber_looksAsTheFormatterWritesIt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            long bytes = random.nextLong() >>> random.nextInt(12, 63);
            assertThat(new ByteCount(bytes).inMebibytes())
                    .as("seed %d, %d bytes", seed, bytes)
                    .isEqualTo(String.format(Locale.ROOT, "%.1fMiB", bytes / 1048576.0));
        }
    }
}
