package ctl.vm.inventory.value;

import java.util.Arrays;

/** Places on a disk, as ranges of bytes: a set, so that what several files have in common is in it once. Immutable. */
public final class BlockSet {

    public static final BlockSet EMPTY = new BlockSet(new long[0]);

    /** Start, inclusive, and end, exclusive, of each range in turn; they ascend, and no two of them touch. */
    private final long[] bounds;

    private BlockSet(long[] bounds) {
        this.bounds = bounds;
    }

    /** @param ranges start and end of each in turn, in any order; they may overlap */
    public static BlockSet of(long... ranges) {
        if (ranges.length <= 2) {
            return ranges.length == 0 || ranges[0] == ranges[1] ? EMPTY : new BlockSet(ranges.clone());
        }
        int middle = ranges.length / 4 * 2;
        return of(Arrays.copyOfRange(ranges, 0, middle)).plus(of(Arrays.copyOfRange(ranges, middle, ranges.length)));
    }

    /** All that is in either. */
    public BlockSet plus(BlockSet other) {
        if (other.bounds.length == 0 || bounds.length == 0) {
            return bounds.length == 0 ? other : this;
        }
        return combined(other, (here, there) -> here || there);
    }

    /** All that is here and not in the other. */
    public BlockSet minus(BlockSet other) {
        return combined(other, (here, there) -> here && !there);
    }

    /** All that is in both. */
    public BlockSet common(BlockSet other) {
        return bounds.length == 0 || other.bounds.length == 0 ? EMPTY : combined(other, (here, there) -> here && there);
    }

    /** Walks along both: between two bounds nothing changes. */
    private BlockSet combined(BlockSet other, Rule rule) {
        long[] combined = new long[bounds.length + other.bounds.length];
        int length = 0;
        int here = 0;
        int there = 0;
        while (here < bounds.length || there < other.bounds.length) {
            long at = Math.min(bound(here), other.bound(there));
            here += bound(here) == at ? 1 : 0;
            there += other.bound(there) == at ? 1 : 0;
            boolean wanted = rule.holds(isInside(here), isInside(there));
            if (wanted != isInside(length)) {
                combined[length++] = at;
            }
        }
        return new BlockSet(Arrays.copyOf(combined, length));
    }

    private long bound(int index) {
        return index < bounds.length ? bounds[index] : Long.MAX_VALUE;
    }

    /** Behind a start, and not yet behind its end. */
    private static boolean isInside(int boundsPassed) {
        return boundsPassed % 2 == 1;
    }

    public ByteCount size() {
        long size = 0;
        for (int index = 0; index < bounds.length; index += 2) {
            size += bounds[index + 1] - bounds[index];
        }
        return new ByteCount(size);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockSet set && Arrays.equals(bounds, set.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    /** {@code [0-4096, 8192-12288]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int index = 0; index < bounds.length; index += 2) {
            text.append(index == 0 ? "" : ", ").append(bounds[index]).append('-').append(bounds[index + 1]);
        }
        return text.append(']').toString();
    }

    /** Whether a place is wanted, by whether it is in the one set and in the other. */
    private interface Rule {

        boolean holds(boolean here, boolean there);
    }
}
