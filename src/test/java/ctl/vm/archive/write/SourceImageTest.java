package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SourceImageTest {

    private static final int BLOCK = 4096;

    @Test
    void imageWithoutData_hasNoExtents() {
        assertThat(mapped(9999, 10)).isEmpty();
        assertThat(mapped(0, 10)).isEmpty();
    }

    @Test
    void extentsOfWholeBlocks_areKept() {
        assertThat(mapped(9 * BLOCK, 10, extent(BLOCK, 2 * BLOCK), extent(5 * BLOCK, 9 * BLOCK)))
                .containsExactly(extent(BLOCK, 2 * BLOCK), extent(5 * BLOCK, 9 * BLOCK));
    }

    @Test
    void extentsThatTouch_becomeOne() {
        assertThat(mapped(9 * BLOCK, 10, extent(0, BLOCK), extent(BLOCK, 2 * BLOCK)))
                .containsExactly(extent(0, 2 * BLOCK));
    }

    /** Tools disagree about extents that are not whole tar blocks. */
    @Test
    void extentsOfOddBytes_becomeWholeBlocks() {
        assertThat(mapped(9 * BLOCK + 7, 10, extent(10, 20), extent(3 * BLOCK - 1, 3 * BLOCK + 1),
                extent(9 * BLOCK + 1, 9 * BLOCK + 7)))
                .containsExactly(extent(0, BLOCK), extent(2 * BLOCK, 4 * BLOCK), extent(9 * BLOCK, 9 * BLOCK + 7));
    }

    @Test
    void dataBehindTheSize_isLeftOut() {
        assertThat(mapped(BLOCK, 10, extent(0, 3 * BLOCK), extent(5 * BLOCK, 6 * BLOCK)))
                .containsExactly(extent(0, BLOCK));
    }

    @Test
    void moreExtentsThanAllowed_loseTheirShortestHoles() {
        DiskFile.Extent[] torn = IntStream.range(0, 100)
                .mapToObj(index -> extent(index * 2 * BLOCK, (index * 2 + 1) * BLOCK))
                .toArray(DiskFile.Extent[]::new);
        DiskFile.Extent far = extent(1000 * BLOCK, 1001 * BLOCK);
        assertThat(mapped(2000 * BLOCK, 101, Stream.concat(Stream.of(torn), Stream.of(far))
                .toArray(DiskFile.Extent[]::new))).hasSize(101);
        assertThat(mapped(2000 * BLOCK, 100, Stream.concat(Stream.of(torn), Stream.of(far))
                .toArray(DiskFile.Extent[]::new))).containsExactly(extent(0, 199 * BLOCK), far);
    }

    @Test
    void anyExtents_fitEvenIfOnlyOneIsAllowed() {
        assertThat(mapped(1L << 60, 1, extent(BLOCK, 2 * BLOCK), extent(1L << 59, (1L << 59) + 1)))
                .containsExactly(extent(0, (1L << 59) + BLOCK));
    }

    private static DiskFile.Extent extent(long start, long end) {
        return new DiskFile.Extent(start, end);
    }

    private static List<DiskFile.Extent> mapped(long size, int maximum, DiskFile.Extent... extents) {
        SparseMap map = SourceImage.map(new Extents(List.of(extents)), size, maximum);
        return LongStream.range(0, map.count())
                .mapToObj(index -> extent(map.start((int) index), map.end((int) index)))
                .toList();
    }

    /** A file of which nothing is known but where its data stands. */
    private record Extents(List<DiskFile.Extent> extents) implements DiskFile {

        @Override
        public Optional<Extent> data(long from) {
            return extents.stream()
                    .filter(extent -> extent.end() > from)
                    .map(extent -> new Extent(Math.max(from, extent.start()), extent.end()))
                    .findFirst();
        }

        @Override
        public Path path() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long size() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer target, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resize(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long copyTo(DiskFile target, long position, long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setModified(Instant time) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
