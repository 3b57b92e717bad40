package ctl.vm.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.VmException;
import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as people write them, an hour east of Greenwich. */
class TimeParserTest {

    private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-11-23T12:00:00+01:00[Europe/Berlin]");

    @ParameterizedTest
    @CsvSource({
        "now,                       2026-11-23T11:00:00Z",
        "today,                     2026-11-22T23:00:00Z",
        "Yesterday,                 2026-11-21T23:00:00Z",
        "2h,                        2026-11-23T09:00:00Z",
        "90 s,                      2026-11-23T10:58:30Z",
        "1 minute ago,              2026-11-23T10:59:00Z",
        "3 days ago,                2026-11-20T11:00:00Z",
        "1w,                        2026-11-16T11:00:00Z",
        "2026-11-01,                2026-10-31T23:00:00Z",
        "2026-07-01,                2026-06-30T22:00:00Z",
        "2026-11-01 10:15,          2026-11-01T09:15:00Z",
        "2026-11-01T10:15:30,       2026-11-01T09:15:30Z",
        "2026-11-01T10:15:30Z,      2026-11-01T10:15:30Z",
        "2026-11-01T10:15:30+05:30, 2026-11-01T04:45:30Z"
    })
    void time_inWords_isThatPoint(String words, String expected) {
        assertThat(TimeParser.parse(words, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "h", "2 fortnights", "-2h", "2026-13-01", "2026-11-01 25:00", "9999999h"})
    void time_thatIsNone_isRefused(String words) {
        assertThatThrownBy(() -> TimeParser.parse(words, NOW))
                .isInstanceOfSatisfying(
                        VmException.class,
                        failed -> assertThat(failed.problem()).isEqualTo(new Misuse.BadTime(words)));
    }
}
