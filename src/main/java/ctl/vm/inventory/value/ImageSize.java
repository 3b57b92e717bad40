package ctl.vm.inventory.value;

import ctl.vm.problem.Misuse;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A size as the user typed it, in the grammar of {@code qemu-img create}: a decimal number, perhaps with a fraction,
 * and a letter k, M, G, T, P or E (powers of 1024, either case) or b; or a hexadecimal number of bytes. Units may be
 * written as we print them, too: {@code 7680.0MiB}, {@code 1.5 GiB}, {@code 512 B}.
 *
 * @param text as typed, such as {@code 7680M}, but for what its unit has behind its letter
 * @param bytes rounded up to whole sectors of 512 bytes, as qemu-img does
 */
public record ImageSize(String text, ByteCount bytes) {

    private static final String LETTERS = "BKMGTPE";
    private static final long SECTOR_BYTES = 512;

    /** What {@code create} makes when no size is given. */
    public static final ImageSize DEFAULT = new ImageSize("5120M", new ByteCount(5120L << 20));

    private static Pattern grammar() {
        return Pattern.compile(
                "\\+?(?:0[xX](?<hex>[0-9a-fA-F]+)|(?<number>[0-9]+(?:\\.[0-9]*)?)(?<letter>[bBkKmMgGtTpPeE])?)");
    }

    /** @throws ctl.vm.problem.VmException BadSize, or SizeOutOfRange for zero and for more than a file can hold */
    public static ImageSize parse(String text) {
        long usual = usual(text);
        if (usual > 0) {
            return new ImageSize(text, inSectors(usual));
        }
        String letters = withLetter(text);
        return new ImageSize(letters, inSectors(unusual(text, letters)));
    }

    private static ByteCount inSectors(long bytes) {
        return new ByteCount(Math.ceilDiv(bytes, SECTOR_BYTES) * SECTOR_BYTES);
    }

    /** {@code 1.5 GiB} as {@code 1.5G}: what we print can be typed. */
    private static String withLetter(String text) {
        return Pattern.compile("([0-9.]) ?([kKmMgGtTpPeE])[iI][bB]$").matcher(
                Pattern.compile("([0-9]) [bB]$").matcher(text).replaceFirst("$1B")).replaceFirst("$1$2");
    }

    /**
     * @throws ctl.vm.problem.VmException AmbiguousSize for a unit that means powers of 1000 to some and of 1024 to
     *     others
     */
    private static void requireUnambiguous(String text) {
        Matcher decimal = Pattern.compile("([0-9]+(?:\\.[0-9]*)?) ?([kKmMgGtTpPeE])[bB]").matcher(text);
        if (decimal.matches()) {
            String letter = decimal.group(2).toUpperCase(Locale.ROOT);
            BigDecimal thousands = new BigDecimal(decimal.group(1)).multiply(
                    BigDecimal.TEN.pow(3 * LETTERS.indexOf(letter)));
            throw new Misuse.AmbiguousSize(
                    text, decimal.group(1) + letter + "iB", thousands.setScale(0, RoundingMode.DOWN).toPlainString())
                    .thrown();
        }
    }

    /**
     * Up to six digits with or without a letter up to T, in bytes; 0 for whatever else. Parsed by hand: the first big
     * number takes a start 9 ms.
     */
    private static long usual(String text) {
        int digits = 0;
        long number = 0;
        while (digits < text.length() && '0' <= text.charAt(digits) && text.charAt(digits) <= '9') {
            number = number * 10 + text.charAt(digits) - '0';
            digits++;
        }
        if (digits == 0 || digits > 6 || digits < text.length() - 1) {
            return 0;
        }
        int power = digits == text.length() ? 0 : LETTERS.indexOf(Character.toUpperCase(text.charAt(digits)));
        return power < 0 || power > LETTERS.indexOf('T') ? 0 : number << 10 * power;
    }

    /** @param text as typed; @param letters the same with a letter for its unit */
    private static long unusual(String text, String letters) {
        if (text.startsWith("-")) {
            throw new Misuse.SizeOutOfRange(text, "it is negative").thrown();
        }
        requireUnambiguous(text);
        Matcher size = grammar().matcher(letters);
        if (!size.matches()) {
            throw new Misuse.BadSize(text, "it is not a number with a unit such as M or MiB").thrown();
        }
        BigInteger bytes = size.group("hex") != null ? new BigInteger(size.group("hex"), 16) : scaled(text, size);
        if (bytes.signum() == 0) {
            throw new Misuse.SizeOutOfRange(text, "it is less than one byte").thrown();
        }
        if (bytes.compareTo(BigInteger.valueOf(Long.MAX_VALUE - SECTOR_BYTES)) > 0) {
            throw new Misuse.SizeOutOfRange(text, "a file can hold at most 8 EiB").thrown();
        }
        return bytes.longValueExact();
    }

    /** As the manual's status line writes it: {@code 7680M} is {@code 7680MiB}, {@code 1024} is {@code 1024B}. */
    public String label() {
        char last = Character.toUpperCase(text.charAt(text.length() - 1));
        boolean hasUnit = last != 'B' && LETTERS.indexOf(last) > 0 && !text.toLowerCase(Locale.ROOT).startsWith("0x");
        return hasUnit ? text.substring(0, text.length() - 1) + last + "iB" : bytes.bytes() + "B";
    }

    private static BigInteger scaled(String text, Matcher size) {
        BigDecimal number = new BigDecimal(size.group("number"));
        String letter = size.group("letter");
        int power = letter == null ? 0 : LETTERS.indexOf(letter.toUpperCase(Locale.ROOT));
        if (power == 0 && size.group("number").indexOf('.') >= 0) {
            throw new Misuse.BadSize(text, "a fraction needs a letter behind it, such as 1.5G").thrown();
        }
        return number.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(10 * power))).setScale(0, RoundingMode.DOWN)
                .toBigIntegerExact();
    }
}
