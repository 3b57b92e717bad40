package ctl.vm.inventory.value;

/** A number of bytes, never negative. */
public record ByteCount(long bytes) implements Comparable<ByteCount> {

    public static final ByteCount ZERO = new ByteCount(0);

    private static final int MEBI_BITS = 20;
    private static final int UNIT_BITS = 10;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    public ByteCount {
        if (bytes < 0) {
            throw new IllegalArgumentException("negative byte count: " + bytes);
        }
    }

    /** More than a number can say is the most that it can: sparse images may have any size. */
    public ByteCount plus(ByteCount other) {
        long sum = bytes + other.bytes;
        return new ByteCount(sum < 0 ? Long.MAX_VALUE : sum);
    }

    /** As {@link #plus}. */
    public ByteCount times(long number) {
        long high = Math.multiplyHigh(bytes, number);
        long low = bytes * number;
        return new ByteCount(high != 0 || low < 0 ? Long.MAX_VALUE : low);
    }

    /** As the manual's listing writes it: {@code 7680.0MiB}. */
    public String inMebibytes() {
        return inUnitsOf(MEBI_BITS) + "MiB";
    }

    /** Short for people: {@code 20.0 MiB}, {@code 512 B}. */
    public String brief() {
        int unit = 0;
        while (unit < UNITS.length - 1 && bytes >> UNIT_BITS * (unit + 1) > 0) {
            unit++;
        }
        // What would be rounded up to 1024.0 MiB is 1.0 GiB.
        if (unit > 0 && unit < UNITS.length - 1 && inUnitsOf(UNIT_BITS * unit).equals("1024.0")) {
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : inUnitsOf(UNIT_BITS * unit)) + " " + UNITS[unit];
    }

    /** With one decimal, rounded half up. Not by a format string: the first one costs a start 5 ms. */
    private String inUnitsOf(int bits) {
        // Nine digits of the rest are more than enough for one, and ten times as many fit into a long.
        int restBits = Math.min(bits, 30);
        long rest = (bytes & (1L << bits) - 1) >> bits - restBits;
        long tenths = (rest * 10 + (1L << restBits - 1)) >> restBits;
        return (bytes >> bits) + tenths / 10 + "." + tenths % 10;
    }

    @Override
    public int compareTo(ByteCount other) {
        return Long.compare(bytes, other.bytes);
    }
}
