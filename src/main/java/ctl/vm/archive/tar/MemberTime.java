package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The modification time of a member: whole seconds in its header, a decimal fraction in a pax record, which counts
 * where there is one. A time that no file can have is refused: of a disk image it is data.
 */
final class MemberTime {

    private static final Pattern RECORD = Pattern.compile("(-?[0-9]{1,18})(?:\\.([0-9]{0,18}))?");
    private static final int NANO_DIGITS = 9;
    private static final long EARLIEST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LATEST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private MemberTime() {}

    static Instant of(TarHeader header, PaxRecords records) throws Malformed {
        Optional<String> record = records.text(PaxRecords.MODIFIED);
        return record.isPresent() ? parse(record.get()) : instant(header.modified(), 0);
    }

    private static Instant parse(String text) throws Malformed {
        Matcher parts = RECORD.matcher(text);
        if (!parts.matches()) {
            throw absurd();
        }
        long seconds = Long.parseLong(parts.group(1));
        long nanos = nanos(Optional.ofNullable(parts.group(2)).orElse(""));
        return instant(seconds, text.startsWith("-") ? -nanos : nanos);
    }

    /** Digits behind the ninth are below what a filesystem keeps. */
    private static long nanos(String fraction) {
        String padded = fraction + "0".repeat(NANO_DIGITS);
        return Long.parseLong(padded.substring(0, NANO_DIGITS));
    }

    private static Instant instant(long seconds, long nanos) throws Malformed {
        if (seconds < EARLIEST_SECOND || seconds > LATEST_SECOND) {
            throw absurd();
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    private static Malformed absurd() {
        return new Malformed("has a modification time that no file can have");
    }
}
