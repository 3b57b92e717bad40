package ctl.vm.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.VmException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSizeTest {

    /** The sizes are what {@code qemu-img create -f raw} of QEMU 7.2 makes of the same words. */
    @ParameterizedTest
    @CsvSource({
        "7680M, 8053063680",
        "512k, 524288",
        "2G, 2147483648",
        "1000, 1024",
        "1.5G, 1610612736",
        "0x1000, 4096",
        "10b, 512",
        "1.2345M, 1294848",
        "5m, 5242880",
        "1t, 1099511627776",
        "0.5k, 512",
        "+5M, 5242880"
    })
    void parse_whatQemuImgTakes_givesTheSameSize(String text, long bytes) {
        assertThat(ImageSize.parse(text).bytes().bytes()).isEqualTo(bytes);
    }

    /** The usual words are read by a shorter way, which a sign in front closes. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "512", "513", "999999", "1000000", "007"})
    void parse_withOrWithoutASign_isTheSame(String digits) {
        for (String letter : List.of("", "b", "B", "k", "K", "m", "M", "g", "G", "t", "T")) {
            assertThat(ImageSize.parse(digits + letter).bytes())
                    .describedAs(digits + letter)
                    .isEqualTo(ImageSize.parse("+" + digits + letter).bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7680X", "", "M", "5 M", "1e3", "5MiB", ".5G", "1.5", "1,5G", "five", "0x", "5MM"})
    void parse_whatQemuImgRefuses_isNoSize(String text) {
        var refused = catchThrowableOfType(VmException.class, () -> ImageSize.parse(text));

        assertThat(refused.problem()).isInstanceOf(Misuse.BadSize.class);
        assertThat(refused.problem().message()).contains("\"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0M", "-5", "-5M", "8E", "9223372036854775807", "18446744073709551616",
        "99999999999999999999E"})
    void parse_zeroNegativeOrMoreThanAFileHolds_isOutOfRange(String text) {
        var refused = catchThrowableOfType(VmException.class, () -> ImageSize.parse(text));

        assertThat(refused.problem()).isInstanceOf(Misuse.SizeOutOfRange.class);
    }

    @ParameterizedTest
    @CsvSource({"7680M, 7680MiB", "512k, 512KiB", "1.5g, 1.5GiB", "1024, 1024B", "1000, 1024B", "0x1000, 4096B",
        "10b, 512B"})
    void label_isWhatTheManualPrints(String text, String label) {
        assertThat(ImageSize.parse(text).label()).isEqualTo(label);
    }
}
