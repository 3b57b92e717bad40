package ctl.vm.inventory;

import java.util.Locale;

/** A number of bytes, never negative. */
public record ByteCount(long bytes) implements Comparable<ByteCount> {

    public static final ByteCount ZERO = new ByteCount(0);

    private static final double MEBI = 1 << 20;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative byte count: " + bytes);
        }
    }

    public ByteCount plus(ByteCount other) {
        return new ByteCount(Math.addExact(bytes, other.bytes));
    }

    /** As the manual's listing writes it: {@code 7680.0MiB}. */
    public String inMebibytes() {
        return String.format(Locale.ROOT, "%.1fMiB", bytes / MEBI);
    }

    /** Short for people: {@code 20.0 MiB}, {@code 512 B}. */
    public String brief() {
        int unit = 0;
        double amount = bytes;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, UNITS[unit]);
    }

    @Override
    public int compareTo(ByteCount other) {
        return Long.compare(bytes, other.bytes);
    }
}
