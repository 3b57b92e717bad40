package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.write.Block.Data;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.inventory.value.ImageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockTest {

    private static final long CHUNK = ImageDigest.CHUNK_BYTES;
    private static final InMemoryFile FILE = new InMemoryFile();

    @Test
    void chunksWithLittleData_goTogether() {
        var data = new SparseMap(700 * CHUNK);
        for (int extent = 0; extent < 100; extent++) {
            data.add(extent * 7 * CHUNK, CHUNK / 10);
        }
        List<Data> blocks = blocks(data, 0);
        assertThat(blocks).hasSize(10);
        assertThat(blocks.getFirst().end()).isEqualTo(64 * CHUNK);
    }

    @Test
    void imageOfManyTerabytes_isCutAtOnce() {
        var data = new SparseMap(1L << 51);
        data.add((1L << 50) + 5000, 100);
        Data only = blocks(data, 0).getFirst();
        assertThat(only.start()).isEqualTo(1L << 50);
        assertThat(only.end()).isEqualTo((1L << 50) + CHUNK);
    }

    @Test
    void imageThatIsAllHole_hasNone() {
        assertThat(blocks(new SparseMap(1L << 40), 0)).isEmpty();
    }

    @Test
    void blocksOfAnyImage_holdItsDataOnceAndCanBeTakenUpAnywhere() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            List<Extent> extents = new ArrayList<>();
            long end = 0;
            for (int extent = 0; extent < random.nextInt(60); extent++) {
                long start = end + 512L * random.nextInt(random.nextBoolean() ? 40 : 9000);
                long length = 512L * (1 + random.nextInt(random.nextBoolean() ? 20 : 6000));
                extents.add(new Extent(start, start + length));
                end = start + length;
            }
            var data = new SparseMap(end + random.nextInt(5_000_000));
            extents.forEach(extent -> data.add(extent.start(), extent.length()));
            List<Data> blocks = blocks(data, 0);
            assertThat(blocks.stream().mapToLong(this::bytes).sum()).isEqualTo(data.data());
            assertThat(blocks).allSatisfy(block -> assertThat(bytes(block)).isBetween(1L, CHUNK));
            for (int at = 0; at < blocks.size(); at++) {
                assertThat(blocks(data, blocks.get(at).end()))
                        .isEqualTo(blocks.subList(at + 1, blocks.size()));
            }
        }
    }

    private long bytes(Data block) {
        return block.map().extents(block.start(), block.end()).stream().mapToLong(Extent::length).sum();
    }

    private static List<Data> blocks(SparseMap data, long position) {
        List<Data> blocks = new ArrayList<>();
        Block.of(FILE, data, position, CHUNK).forEachRemaining(blocks::add);
        return blocks;
    }
}
