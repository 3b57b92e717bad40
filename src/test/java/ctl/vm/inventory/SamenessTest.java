package ctl.vm.inventory;

import static ctl.vm.inventory.Sameness.IN_PLACE;
import static ctl.vm.inventory.Sameness.SAMPLED;
import static ctl.vm.inventory.Sameness.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Sameness.Content;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as the same image: its time, its content, and whether it is the same file. */
class SamenessTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            # as it was; as it is now; what the one is of the other
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.123456789Z, SAME
            # tar, ext3: the second alone
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07Z,           ROUNDED
            2026-03-04T05:06:07.999999999Z, 2026-03-04T05:06:08Z,           ROUNDED
            # NTFS, Java and Python of old, exFAT
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.1234567Z,   ROUNDED
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.123456Z,    ROUNDED
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.123457Z,    ROUNDED
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.123Z,       ROUNDED
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.120Z,       ROUNDED
            # FAT and zip: two seconds, cut off or rounded up
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:06Z,           COARSE
            2026-03-04T05:06:07Z,           2026-03-04T05:06:06Z,           COARSE
            2026-03-04T05:06:06.5Z,         2026-03-04T05:06:08Z,           COARSE
            2026-03-04T05:06:06.5Z,         2026-03-04T05:06:06Z,           ROUNDED
            # another time zone: whole and half hours, on either side, also with a coarse clock
            2026-03-04T05:06:07.123456789Z, 2026-03-04T06:06:07.123456789Z, SHIFTED
            2026-03-04T05:06:07.123456789Z, 2026-03-04T06:06:07Z,           SHIFTED
            2026-03-04T05:06:07.123456789Z, 2026-03-04T06:06:06Z,           SHIFTED
            2026-03-04T05:06:07.123456789Z, 2026-03-03T21:06:08Z,           SHIFTED
            2026-03-04T05:06:07.123456789Z, 2026-03-04T10:36:07Z,           SHIFTED
            2026-03-04T05:06:07.123456789Z, 2026-03-04T19:06:07Z,           SHIFTED
            # no such thing: written to, or touched
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.123456788Z, OTHER
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.987654321Z, OTHER
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:05Z,           OTHER
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:09Z,           OTHER
            2026-03-04T05:06:07Z,           2026-03-04T05:06:09Z,           OTHER
            2026-03-04T05:06:07.123456789Z, 2026-03-04T05:26:07Z,           OTHER
            2026-03-04T05:06:07.123456789Z, 2026-03-04T06:06:09Z,           OTHER
            2026-03-04T05:06:07.123456789Z, 2026-03-04T19:36:07Z,           OTHER
            2026-03-04T05:06:07.123456789Z, 2026-04-04T05:06:07Z,           OTHER
            """)
    void time_ofACopy_isTheSameWithLessOfIt(Instant was, Instant now, Sameness.Time expected) {
        assertThat(Sameness.time(was, now)).isEqualTo(expected);
    }

    /**
     * Whoever writes to an image gives it the time of that: one in ten thousand of those looks like another time zone.
     */
    @Test
    void time_ofAWrite_isHardlyEverTakenForThatOfACopy() {
        Instant was = Instant.parse("2026-03-04T05:06:07.123456789Z");
        long taken = 0;
        for (long write = 1; write <= 100_000; write++) {
            Instant now = was.plusMillis(write * 450).plusNanos(write * 7919);
            taken += Sameness.time(was, now) == Sameness.Time.OTHER ? 0 : 1;
        }

        assertThat(taken).isLessThanOrEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # content;  time now;                        same file; verdict
            SAME,       2026-03-04T05:06:07Z,            false,     UNCHANGED
            SAME,       2026-09-09T09:09:09.5Z,          false,     UNCHANGED
            SAME,       2026-09-09T09:09:09.5Z,          true,      IN_PLACE
            LIKE,       2026-03-04T05:06:07.123456789Z,  false,     UNCHANGED
            LIKE,       2026-03-04T05:06:07Z,            false,     UNCHANGED
            LIKE,       2026-03-04T05:06:08Z,            false,     UNCHANGED
            LIKE,       2026-03-04T07:06:06Z,            false,     UNCHANGED
            LIKE,       2026-09-09T09:09:09.5Z,          false,     SAMPLED
            LIKE,       2026-03-04T07:06:06Z,            true,      SAMPLED
            LIKE,       2026-03-04T05:06:07Z,            true,
            LIKE,       2026-09-09T09:09:09.5Z,          true,
            ALL_ZEROS,  2026-03-04T05:06:07Z,            false,     UNCHANGED
            ALL_ZEROS,  2026-09-09T09:09:09.5Z,          false,
            ALL_ZEROS,  2026-03-04T05:06:07Z,            true,
            OTHER,      2026-03-04T05:06:07Z,            false,
            UNKNOWN,    2026-03-04T05:06:07Z,            false,
            """)
    void image_underItsOldName_isJudgedByContentTimeAndFile(
            Content content, Instant now, boolean isSameFile, Sameness expected) {
        assertThat(Sameness.of(was(), at(now), content, isSameFile)).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void image_ofAnotherSize_isNeverTheSame() {
        ImageFacts grown = new ImageFacts(ImageName.DISK, new ByteCount(1001), was().modified());

        assertThat(Sameness.of(was(), grown, Content.SAME, false)).isEmpty();
        assertThat(Sameness.isBack(was(), grown, Content.SAME)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # content;  time now;                        whether it is back
            LIKE,       2026-09-09T09:09:09.5Z,          true
            SAME,       2026-09-09T09:09:09.5Z,          true
            ALL_ZEROS,  2026-03-04T05:06:07Z,            true
            ALL_ZEROS,  2026-09-09T09:09:09.5Z,          false
            UNKNOWN,    2026-03-04T05:06:07.123456789Z,  true
            UNKNOWN,    2026-03-04T05:06:07Z,            true
            UNKNOWN,    2026-03-04T05:06:06Z,            false
            UNKNOWN,    2026-03-04T06:06:07Z,            false
            OTHER,      2026-03-04T05:06:07Z,            false
            """)
    void imageOfAVmThatWasGone_isBackWhereContentOrTimeSaySo(Content content, Instant now, boolean expected) {
        assertThat(Sameness.isBack(was(), at(now), content)).isEqualTo(expected);
    }

    @Test
    void samples_decideWhereAnotherFileWasGivenTheTime() {
        assertThat(Sameness.isDecidedBySamples(was(), at(Instant.parse("2026-03-04T05:06:07Z")), false)).isTrue();
        assertThat(Sameness.isDecidedBySamples(was(), at(Instant.parse("2026-03-04T05:06:07Z")), true)).isFalse();
        assertThat(Sameness.isDecidedBySamples(was(), at(Instant.parse("2026-09-09T09:09:09Z")), false)).isFalse();
    }

    @Test
    void texts_areForPrograms() {
        assertThat(UNCHANGED.text()).isEqualTo("unchanged");
        assertThat(IN_PLACE.text()).isEqualTo("in-place");
        assertThat(SAMPLED.text()).isEqualTo("sampled");
    }

    private static ImageFacts was() {
        return at(Instant.parse("2026-03-04T05:06:07.123456789Z"));
    }

    private static ImageFacts at(Instant modified) {
        return new ImageFacts(ImageName.DISK, new ByteCount(1000), modified);
    }
}
