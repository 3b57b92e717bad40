package ctl.vm.journal.json;

import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads times as {@link Instant#toString} writes them. Java's own parser knows every format that there is, and takes
 * ten times as long: a listing of 10,000 VMs holds 70,000 times.
 */
final class TimeText {

    private static final String SHAPE = "0000-00-00T00:00:00";
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int NANOS_DIGITS = 9;

    private TimeText() {}

    /** @throws java.time.DateTimeException where it is no time */
    static Instant instant(String text) {
        return hasTheShape(text) ? read(text) : Instant.parse(text);
    }

    private static boolean hasTheShape(String text) {
        int length = text.length();
        if (length <= SHAPE.length() || text.charAt(length - 1) != 'Z') {
            return false;
        }
        for (int at = 0; at < SHAPE.length(); at++) {
            char expected = SHAPE.charAt(at);
            if (expected == '0' ? !isDigit(text.charAt(at)) : text.charAt(at) != expected) {
                return false;
            }
        }
        int digits = length - SHAPE.length() - 2;
        for (int at = SHAPE.length() + 1; at < length - 1; at++) {
            if (!isDigit(text.charAt(at))) {
                return false;
            }
        }
        boolean isInRange = number(text, 11, 13) < 24 && number(text, 14, 16) < 60 && number(text, 17, 19) < 60;
        return isInRange && (digits == -1
                || text.charAt(SHAPE.length()) == '.' && 0 < digits && digits <= NANOS_DIGITS);
    }

    private static Instant read(String text) {
        LocalDate day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
        int second = number(text, 11, 13) * 3600 + number(text, 14, 16) * 60 + number(text, 17, 19);
        return Instant.ofEpochSecond(day.toEpochDay() * SECONDS_PER_DAY + second, nanos(text));
    }

    private static int nanos(String text) {
        int nanos = 0;
        for (int digit = 0; digit < NANOS_DIGITS; digit++) {
            int at = SHAPE.length() + 1 + digit;
            nanos = nanos * 10 + (at < text.length() - 1 ? text.charAt(at) - '0' : 0);
        }
        return nanos;
    }

    private static int number(String text, int start, int end) {
        int number = 0;
        for (int at = start; at < end; at++) {
            number = number * 10 + text.charAt(at) - '0';
        }
        return number;
    }

    private static boolean isDigit(char character) {
        return '0' <= character && character <= '9';
    }
}
