package ctl.vm.journal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The quick way of reading times reads what Java's own reads, and refuses what that refuses. */
final class TimeTextTest {

    @Test
    void time_writtenByJava_isReadAsItWas() {
        Random random = new Random(7);
        for (int count = 0; count < 10_000; count++) {
            long second = random.nextLong(-80_000_000_000L, 300_000_000_000L);
            Instant time = Instant.ofEpochSecond(second, random.nextInt(4) == 0 ? 0 : random.nextInt(1_000_000_000));
            assertThat(TimeText.instant(time.toString())).isEqualTo(time);
        }
        for (Instant time : List.of(Instant.MIN, Instant.MAX, Instant.EPOCH,
                Instant.parse("2026-12-31T23:59:59.000000001Z"))) {
            assertThat(TimeText.instant(time.toString())).isEqualTo(time);
        }
    }

    @Test
    void text_thatIsNoTime_isRefused() {
        for (String wrong : List.of("", "Z", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z",
                "2026-01-01T00:00:00.1234567890Z",
                "2026-01-01T00:00:00.Z ", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z")) {
            assertThatThrownBy(() -> TimeText.instant(wrong)).as(wrong).isInstanceOf(DateTimeException.class);
        }
    }
}
