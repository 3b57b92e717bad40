package ctl.vm.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How sure it is that an image which is another file than the journal knew, or has another time, holds what that held.
 * Pure.
 *
 * <p>A file that was written to has the time of that, to the nanosecond. What archives, copies and other filesystems
 * make of a time is the same time with less of it: cut off or rounded, to a second or to two (FAT), or off by the
 * difference of two time zones (FAT and zip keep local time). Such a time was given to the file, and samples of its
 * content are then enough. Where the time says nothing, the digest of the whole content decides.
 */
public enum Sameness {
    /**
     * It is another file: the digest of all of it is the same, or its time was given to it and samples are the same.
     */
    UNCHANGED,
    /**
     * It is the same file with another time, and the digest of all of it is the same: it was touched, or written over
     * with itself.
     */
    IN_PLACE,
    /** Samples are the same, and nothing else speaks for it or against it. */
    SAMPLED;

    /** What was found when the content was compared with what the journal knows of it. */
    public enum Content {
        /** All of it is the same. */
        SAME,
        /** Samples are the same, and hold something. */
        LIKE,
        /** All of it or samples are the same, and hold nothing but zeros, as all empty images do. */
        ALL_ZEROS,
        OTHER,
        /** The journal knows nothing of it. */
        UNKNOWN
    }

    /** How a time stands to one that was kept before. */
    public enum Time {
        SAME,
        /** Cut off or rounded to a second, or to a part of one. */
        ROUNDED,
        /** Cut off or rounded to two seconds. */
        COARSE,
        /** One of these, but for whole or half hours. */
        SHIFTED,
        OTHER
    }

    /**
     * In nanoseconds: NTFS and tar by Windows, most databases, Java of old, exFAT, and everything of the last century.
     */
    private static final List<Long> UNITS = List.of(100L, 1_000L, 1_000_000L, 10_000_000L, 1_000_000_000L);

    private static final Duration COARSE_UNIT = Duration.ofSeconds(2);
    private static final long HALF_HOUR_SECONDS = 1800;

    /** No two time zones are further apart from UTC. */
    private static final long MOST_HALF_HOURS = 28;

    /** For programs. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The verdict on one image under its old name.
     *
     * @param isSameFile whether it is the file that the journal knew, and not another one in its place
     * @return empty where it was written to, or nothing is known
     */
    public static Optional<Sameness> of(ImageFacts was, ImageFacts now, Content content, boolean isSameFile) {
        if (!was.size().equals(now.size())) {
            return Optional.empty();
        }
        Time time = time(was.modified(), now.modified());
        return switch (content) {
            case SAME -> Optional.of(isSameFile ? IN_PLACE : UNCHANGED);
            case LIKE -> like(time, isSameFile);
            case ALL_ZEROS -> isSameFile || time == Time.OTHER ? Optional.empty() : Optional.of(UNCHANGED);
            case OTHER, UNKNOWN -> Optional.empty();
        };
    }

    /** A time that was given back to the same file says nothing of what was written to it before. */
    private static Optional<Sameness> like(Time time, boolean isSameFile) {
        return switch (time) {
            case SAME, ROUNDED, COARSE -> isSameFile ? Optional.empty() : Optional.of(UNCHANGED);
            case SHIFTED -> Optional.of(isSameFile ? SAMPLED : UNCHANGED);
            case OTHER -> isSameFile ? Optional.empty() : Optional.of(SAMPLED);
        };
    }

    /** Whether samples that are the same are enough, so that the whole image need not be read. */
    public static boolean isDecidedBySamples(ImageFacts was, ImageFacts now, boolean isSameFile) {
        return !isSameFile && time(was.modified(), now.modified()) != Time.OTHER;
    }

    /**
     * Whether an image of a VM that was gone may be the one that it had then. The name of the VM speaks for it, too:
     * where the journal knows nothing of the content, a second that is the same will do.
     */
    public static boolean isBack(ImageFacts was, ImageFacts now, Content content) {
        if (!was.size().equals(now.size())) {
            return false;
        }
        Time time = time(was.modified(), now.modified());
        return switch (content) {
            case SAME, LIKE -> true;
            case ALL_ZEROS -> time != Time.OTHER;
            case UNKNOWN -> time == Time.SAME || time == Time.ROUNDED;
            case OTHER -> false;
        };
    }

    /** How a time stands to the one that was there before. */
    public static Time time(Instant was, Instant now) {
        Time plain = unshifted(was, now);
        if (plain != Time.OTHER) {
            return plain;
        }
        long seconds = Duration.between(was, now).toSeconds();
        long halfHours = Math.round((double) seconds / HALF_HOUR_SECONDS);
        return halfHours != 0 && Math.abs(halfHours) <= MOST_HALF_HOURS
                && unshifted(was.plusSeconds(halfHours * HALF_HOUR_SECONDS), now) != Time.OTHER
                        ? Time.SHIFTED
                        : Time.OTHER;
    }

    private static Time unshifted(Instant was, Instant now) {
        if (was.equals(now)) {
            return Time.SAME;
        }
        Duration off = Duration.between(was, now).abs();
        for (long unit : UNITS) {
            if (now.getNano() % unit == 0 && off.compareTo(Duration.ofNanos(unit)) < 0) {
                return Time.ROUNDED;
            }
        }
        boolean isCoarse = now.getNano() == 0 && Math.floorMod(now.getEpochSecond(), COARSE_UNIT.toSeconds()) == 0;
        return isCoarse && off.compareTo(COARSE_UNIT) < 0 ? Time.COARSE : Time.OTHER;
    }
}
