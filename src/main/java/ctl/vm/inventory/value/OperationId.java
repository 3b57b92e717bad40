package ctl.vm.inventory.value;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * The name of an operation: the UTC second of its start and four random letters, such as {@code 20261123-120501-k7qx}.
 * It names the operation's folders in staging and trash as well, and stays unique when a journal has to be made anew.
 */
public record OperationId(String text) implements Comparable<OperationId> {

    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int RANDOM_LETTERS = 4;
    /** 0 is a digit, and a is a digit or a letter. */
    private static final String SHAPE = "00000000-000000-aaaa";

    public OperationId {
        if (!isId(text)) {
            throw new IllegalArgumentException("not an operation id: " + text);
        }
    }

    /** The id that the text is, or nothing where it is none. */
    public static Optional<OperationId> of(String text) {
        return isId(text) ? Optional.of(new OperationId(text)) : Optional.empty();
    }

    /** @param random any number: 20 of its bits tell operations of one second apart */
    public static OperationId startedAt(Instant start, int random) {
        // Not by a formatter, nor by a regular expression below: the first of each takes a start milliseconds.
        LocalDateTime utc = LocalDateTime.ofInstant(start, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder().append(utc.getYear());
        appendTwoDigits(text, utc.getMonthValue());
        appendTwoDigits(text, utc.getDayOfMonth());
        text.append('-');
        appendTwoDigits(text, utc.getHour());
        appendTwoDigits(text, utc.getMinute());
        appendTwoDigits(text, utc.getSecond());
        text.append('-');
        for (int letter = 0; letter < RANDOM_LETTERS; letter++) {
            text.append(LETTERS.charAt((random >>> (5 * letter)) & 31));
        }
        return new OperationId(text.toString());
    }

    private static void appendTwoDigits(StringBuilder text, int number) {
        text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** The second of its start; empty where the digits are those of no time. */
    public Optional<Instant> started() {
        try {
            String second = text.substring(0, text.length() - 1 - RANDOM_LETTERS);
            return Optional.of(LocalDateTime.parse(second, DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"))
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static boolean isId(String text) {
        if (text.length() != SHAPE.length()) {
            return false;
        }
        for (int at = 0; at < SHAPE.length(); at++) {
            char character = text.charAt(at);
            boolean fits = switch (SHAPE.charAt(at)) {
                case '0' -> isDigit(character);
                case 'a' -> isDigit(character) || 'a' <= character && character <= 'z';
                default -> character == '-';
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(char character) {
        return '0' <= character && character <= '9';
    }

    @Override
    public int compareTo(OperationId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
