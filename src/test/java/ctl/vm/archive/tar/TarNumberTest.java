package ctl.vm.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.member.BadPackage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers in header fields of 12 bytes, of which tools and libraries have read some differently. */
class TarNumberTest {

    @ParameterizedTest
    @CsvSource({
        "00000000000 , 0",
        "'    644\0   ', 420",
        "'644\0\0\0\0\0\0\0\0\0', 420",
        "'\t\t644\n\n', 420",
        "'644\0anything', 420",
        "777777777777, 68719476735",
        "'            ', 0",
        "'   \0anything', 0",
        "'\0\0\0\0\0\0\0\0\0\0\0\0', 0",
        "'\0\0anything', 0",
        "'\00000000000 ', 0",
        "'\0           ', 0"})
    void octal_withBlanksOrZeroBytesAroundIt_isRead(String text, long number) throws BadPackage {
        assertThat(TarNumber.signed(field(text), 0, 12)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000008 ", "0000 0000000", "\0000000000644", "\0anything", "-0000000001 ",
        "+0000000001 ", "\n0000000001 ", "1_000       ", "0x1         "})
    void octal_thatReadersTakeDifferently_isRefused(String text) {
        assertThatThrownBy(() -> TarNumber.signed(field(text), 0, 12)).isInstanceOf(BadPackage.class)
                .hasMessage("has a header field that is not a number");
    }

    @ParameterizedTest
    @CsvSource({"800000008000000000000000, 9223372036854775807", "ffffffff7fffffffffffffff, -9223372036854775808",
        "fffffffffffffffffffffffe, -2"})
    void nearest_ofANumberWithMoreThan64Bits_isTheLastOnThatSide(String hex, long number) throws BadPackage {
        assertThat(TarNumber.nearest(HexFormat.of().parseHex(hex), 0, 12)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({
        "800000000000000000000005, 5",
        "800000000000000200000000, 8589934592",
        "800000007fffffffffffffff, 9223372036854775807",
        "fffffffffffffffffffffffe, -2",
        "ffffffff8000000000000001, -9223372036854775807"})
    void base256_isReadAndWrittenTheSame(String hex, long number) throws BadPackage {
        byte[] field = HexFormat.of().parseHex(hex);
        assertThat(TarNumber.signed(field, 0, 12)).isEqualTo(number);
        if (number < 0 || number >= 1L << 33) {
            byte[] written = new byte[12];
            TarNumber.write(number, written, 0, 12);
            assertThat(written).isEqualTo(field);
        }
    }

    /** Where the sign and the number disagree, some readers take a positive number for a negative one. */
    @ParameterizedTest
    @ValueSource(strings = {"80ffffffffffffffffffffff", "800000008000000000000000", "ff0000000000000000000005",
        "ffffffff7fffffffffffffff"})
    void base256_thatNeedsMoreThan63Bits_isRefused(String hex) {
        assertThatThrownBy(() -> TarNumber.signed(HexFormat.of().parseHex(hex), 0, 12)).isInstanceOf(BadPackage.class)
                .hasMessage("has a number that is too large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"810000000000000000000005", "fe0000000000000000000005"})
    void base256_withUnknownBitsInItsFirstByte_isRefused(String hex) {
        assertThatThrownBy(() -> TarNumber.signed(HexFormat.of().parseHex(hex), 0, 12)).isInstanceOf(BadPackage.class)
                .hasMessage("has a number that is too large");
    }

    @ParameterizedTest
    @CsvSource({"0, 8, '0000000 '", "2097151, 8, '7777777 '", "8589934591, 12, '77777777777 '",
        "420, 12, '00000000644 '"})
    void octal_thatFits_isWrittenWithABlankBehindIt(long number, int length, String expected) {
        byte[] field = new byte[length];
        TarNumber.write(number, field, 0, length);
        assertThat(field).isEqualTo(bytes(expected));
    }

    /** With zero bytes behind it. */
    private static byte[] field(String text) {
        return Arrays.copyOf(bytes(text), 12);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
