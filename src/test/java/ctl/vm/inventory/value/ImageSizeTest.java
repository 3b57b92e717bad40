package ctl.vm.inventory.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.cli.problem.ProblemText;
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
    @ValueSource(strings = {"7680X", "", "M", "5 M", "5 mB x", "MiB", "5iB", "5MiBs", "0x10MiB", "1e3", ".5G", "1.5",
        "1,5G", "five", "0x", "5MM"})
    void parse_whatQemuImgRefuses_isNoSize(String text) {
        var refused = catchThrowableOfType(VmException.class, () -> ImageSize.parse(text));

        assertThat(refused.problem()).isInstanceOf(Misuse.BadSize.class);
        assertThat(ProblemText.of(refused.problem()).message()).contains("\"" + text + "\"");
    }

    /** Whatever size the program has printed can be typed again. */
    @ParameterizedTest
    @CsvSource({"7680MiB, 7680M, 7680MiB", "7680.0MiB, 7680.0M, 7680.0MiB", "1.5 GiB, 1.5G, 1.5GiB",
        "20.0 KiB, 20.0k, 20.0KiB", "2tib, 2T, 2TiB", "512 B, 512, 512B", "+5MiB, 5M, +5MiB"})
    void parse_whatWePrint_isUnderstood(String printed, String typed, String label) {
        assertThat(ImageSize.parse(printed).bytes()).isEqualTo(ImageSize.parse(typed).bytes());
        assertThat(ImageSize.parse(printed).label()).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource({"5MB, 5MiB, 5000000", "1.5 gb, 1.5GiB, 1500000000", "10kB, 10KiB, 10000", "2TB, 2TiB, 2000000000000"})
    void parse_unitsOfPowersOf1000_areRefusedWithWhatToWrite(String text, String binary, String bytes) {
        var refused = catchThrowableOfType(VmException.class, () -> ImageSize.parse(text));

        assertThat(refused.problem()).isInstanceOf(Misuse.AmbiguousSize.class);
        assertThat(ProblemText.of(refused.problem()).nextStep()).contains(binary, bytes);
        assertThat(ImageSize.parse(binary).bytes().bytes()).isPositive();
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
