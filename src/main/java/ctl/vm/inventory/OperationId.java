package ctl.vm.inventory;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an operation: the UTC second of its start and four random letters, such as {@code 20261123-120501-k7qx}.
 * It names the operation's folders in staging and trash as well, and stays unique when a journal has to be made anew.
 */
public record OperationId(String text) implements Comparable<OperationId> {

    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int RANDOM_LETTERS = 4;
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

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
        StringBuilder text = new StringBuilder(
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-").withZone(ZoneOffset.UTC).format(start));
        for (int letter = 0; letter < RANDOM_LETTERS; letter++) {
            text.append(LETTERS.charAt((random >>> (5 * letter)) & 31));
        }
        return new OperationId(text.toString());
    }

    /** The second of its start; empty where the digits are those of no time. */
    public Optional<Instant> started() {
        try {
            String second = text.substring(0, text.length() - 1 - RANDOM_LETTERS);
            return Optional.of(LocalDateTime.parse(second, SECOND).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }

    private static boolean isId(String text) {
        return Pattern.matches("[0-9]{8}-[0-9]{6}-[a-z0-9]{" + RANDOM_LETTERS + "}", text);
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
