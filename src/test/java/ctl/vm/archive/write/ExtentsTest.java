package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.write.Block.Stretch;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.inventory.value.ImageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentsTest {

    private static final long WINDOW = ImageDigest.WINDOW_BYTES;
    private static final InMemoryFile FILE = new InMemoryFile();

    @Test
    void windowsWithLittleData_goTogether() {
        SparseMap data = new SparseMap();
        for (int piece = 0; piece < 100; piece++) {
            data.add(piece * 7 * WINDOW, WINDOW / 10);
        }
        List<Stretch> stretches = stretches(700 * WINDOW, data, 0);
        assertThat(stretches).hasSize(10);
        assertThat(stretches.getFirst().end()).isEqualTo(64 * WINDOW);
    }

    @Test
    void imageOfManyTerabytes_isCutAtOnce() {
        SparseMap data = new SparseMap();
        data.add((1L << 50) + 5000, 100);
        Stretch only = stretches(1L << 51, data, 0).getFirst();
        assertThat(only.start()).isEqualTo(1L << 50);
        assertThat(only.end()).isEqualTo((1L << 50) + WINDOW);
    }

    @Test
    void imageThatIsAllHole_hasNone() {
        assertThat(stretches(1L << 40, new SparseMap(), 0)).isEmpty();
    }

    @Test
    void stretchesOfAnyImage_holdItsDataOnceAndCanBeTakenUpAnywhere() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            SparseMap data = new SparseMap();
            long end = 0;
            for (int segment = 0; segment < random.nextInt(60); segment++) {
                long start = end + 512L * random.nextInt(random.nextBoolean() ? 40 : 9000);
                long length = 512L * (1 + random.nextInt(random.nextBoolean() ? 20 : 6000));
                data.add(start, length);
                end = start + length;
            }
            long size = end + random.nextInt(5_000_000);
            List<Stretch> stretches = stretches(size, data, 0);
            assertThat(stretches.stream().mapToLong(this::bytes).sum()).isEqualTo(data.data());
            assertThat(stretches).allSatisfy(stretch -> assertThat(bytes(stretch)).isBetween(1L, WINDOW));
            for (int at = 0; at < stretches.size(); at++) {
                assertThat(stretches(size, data, stretches.get(at).end()))
                        .isEqualTo(stretches.subList(at + 1, stretches.size()));
            }
        }
    }

    private long bytes(Stretch stretch) {
        return stretch.data().extents(stretch.start(), stretch.end()).stream().mapToLong(Extent::length).sum();
    }

    private static List<Stretch> stretches(long size, SparseMap data, long position) {
        List<Stretch> stretches = new ArrayList<>();
        new Extents(FILE, size, data, position, WINDOW).forEachRemaining(stretches::add);
        return stretches;
    }
}
