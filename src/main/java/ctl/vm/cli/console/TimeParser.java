package ctl.vm.cli.console;

import ctl.vm.problem.Misuse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in time as people write it: {@code 2026-11-23}, {@code 2026-11-23 10:15}, ISO 8601 with or without a zone,
 * {@code now}, {@code today}, {@code yesterday}, {@code 2h}, {@code 3 days ago}.
 */
public final class TimeParser {

    private static final Pattern AGO = Pattern.compile("([0-9]{1,6})\\s*([a-z]+)(?:\\s+ago)?");

    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,6})\\s*([a-z]*)");

    private static final List<BiFunction<String, ZoneId, Instant>> ISO = List.of(
            (text, _) -> OffsetDateTime.parse(text).toInstant(),
            (text, zone) -> LocalDateTime.parse(text).atZone(zone).toInstant(),
            (text, zone) -> LocalDate.parse(text).atStartOfDay(zone).toInstant());

    private TimeParser() {}

    /** @throws ctl.vm.problem.VmException BadTime */
    public static Instant parse(String text) {
        return parse(text, ZonedDateTime.now());
    }

    /**
     * @param now what relative times are counted from; its zone is that of times without one
     * @throws ctl.vm.problem.VmException BadTime
     */
    static Instant parse(String text, ZonedDateTime now) {
        String words = text.strip().toLowerCase(Locale.ROOT);
        return named(words, now)
                .or(() -> ago(words, now))
                .or(() -> iso(text.strip(), now))
                .orElseThrow(() -> new Misuse.BadTime(text).thrown());
    }

    private static Optional<Instant> named(String words, ZonedDateTime now) {
        LocalDate today = now.toLocalDate();
        return switch (words) {
            case "now" -> Optional.of(now.toInstant());
            case "today" -> Optional.of(today.atStartOfDay(now.getZone()).toInstant());
            case "yesterday" -> Optional.of(today.minusDays(1).atStartOfDay(now.getZone()).toInstant());
            default -> Optional.empty();
        };
    }

    private static Optional<Instant> ago(String words, ZonedDateTime now) {
        Matcher matcher = AGO.matcher(words);
        return matcher.matches()
                ? length(Long.parseLong(matcher.group(1)), matcher.group(2)).map(now.toInstant()::minus)
                : Optional.empty();
    }

    /** A length of time: {@code 60s}, {@code 10 minutes}; a number alone is one of seconds. Empty where it is none. */
    public static Optional<Duration> length(String text) {
        Matcher matcher = LENGTH.matcher(text.strip().toLowerCase(Locale.ROOT));
        return matcher.matches() ? length(Long.parseLong(matcher.group(1)), matcher.group(2)) : Optional.empty();
    }

    private static Optional<Duration> length(long count, String unit) {
        return switch (unit) {
            case "", "s", "second", "seconds" -> Optional.of(Duration.ofSeconds(count));
            case "m", "minute", "minutes" -> Optional.of(Duration.ofMinutes(count));
            case "h", "hour", "hours" -> Optional.of(Duration.ofHours(count));
            case "d", "day", "days" -> Optional.of(Duration.ofDays(count));
            case "w", "week", "weeks" -> Optional.of(Duration.ofDays(7 * count));
            default -> Optional.empty();
        };
    }

    /** A blank may stand for the T between date and time. */
    private static Optional<Instant> iso(String text, ZonedDateTime now) {
        for (BiFunction<String, ZoneId, Instant> form : ISO) {
            try {
                return Optional.of(form.apply(text.replaceFirst(" ", "T"), now.getZone()));
            } catch (DateTimeException otherForm) {
                // The next form is tried; where none fits, the caller says so.
                continue;
            }
        }
        return Optional.empty();
    }
}
