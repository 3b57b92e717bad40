package ctl.vm.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.value.BlockSet;
import ctl.vm.inventory.value.ByteCount;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockSetTest {

    @Test
    void of_rangesThatOverlapOrTouch_isTheirUnion() {
        assertThat(BlockSet.of(30, 40, 0, 10, 5, 20, 20, 25)).isEqualTo(BlockSet.of(0, 25, 30, 40));
        assertThat(BlockSet.of(30, 40, 0, 10).size()).isEqualTo(new ByteCount(20));
        assertThat(BlockSet.of()).isEqualTo(BlockSet.EMPTY);
        assertThat(BlockSet.of(7, 7)).isEqualTo(BlockSet.EMPTY);
    }

    @Test
    void minus_whatLiesInTheMiddle_leavesBothEnds() {
        assertThat(BlockSet.of(0, 100).minus(BlockSet.of(40, 60))).isEqualTo(BlockSet.of(0, 40, 60, 100));
        assertThat(BlockSet.of(0, 100).minus(BlockSet.of(0, 100))).isEqualTo(BlockSet.EMPTY);
    }

    @Test
    void plusMinusAndCommon_ofAnySets_areThoseOfTheirElements() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int attempt = 0; attempt < 2000; attempt++) {
            long[] here = ranges(random);
            long[] there = ranges(random);
            BitSet plus = elements(here);
            plus.or(elements(there));
            BitSet minus = elements(here);
            minus.andNot(elements(there));
            BitSet common = elements(here);
            common.and(elements(there));

            String about = "seed %d, attempt %d".formatted(seed, attempt);
            assertThat(BlockSet.of(here).plus(BlockSet.of(there))).as(about).isEqualTo(set(plus));
            assertThat(BlockSet.of(here).minus(BlockSet.of(there))).as(about).isEqualTo(set(minus));
            assertThat(BlockSet.of(here).common(BlockSet.of(there))).as(about).isEqualTo(set(common));
            assertThat(BlockSet.of(here).size().bytes()).as(about).isEqualTo(elements(here).cardinality());
        }
    }

    private static long[] ranges(Random random) {
        long[] ranges = new long[2 * random.nextInt(6)];
        for (int range = 0; range < ranges.length; range += 2) {
            ranges[range] = random.nextInt(40);
            ranges[range + 1] = ranges[range] + random.nextInt(10);
        }
        return ranges;
    }

    private static BitSet elements(long[] ranges) {
        BitSet elements = new BitSet();
        for (int range = 0; range < ranges.length; range += 2) {
            elements.set((int) ranges[range], (int) ranges[range + 1]);
        }
        return elements;
    }

    private static BlockSet set(BitSet elements) {
        return elements.stream().mapToObj(element -> BlockSet.of(element, element + 1L))
                .reduce(BlockSet.EMPTY, BlockSet::plus);
    }
}
