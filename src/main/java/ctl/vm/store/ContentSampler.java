package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ContentSample;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Looks at images in some places: to know one again when it comes back, and to find out of which one another is a copy.
 * Images that hold nothing but zeros are alike to nothing: all empty images would be copies of each other.
 */
final class ContentSampler {

    /** Samples that are spread evenly over what is not a hole. */
    private static final int IN_DATA = 64;

    /** Samples that are spread evenly over the whole image: something may have been written into a hole. */
    private static final int IN_ALL = 16;

    private static final int SAMPLE_BYTES = ContentSample.BLOCK_BYTES;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Disk disk;

    ContentSampler(Disk disk) {
        this.disk = disk;
    }

    /** A sample at places chosen anew; empty where the image is missing or cannot be read. */
    Optional<ContentSample> sample(Path image) {
        try (DiskFile file = disk.open(image)) {
            return Optional.of(ContentSample.of(places(file), block -> read(file, block)));
        } catch (UncheckedIOException unreadable) {
            // Then it is not known again, and is reported as changed or new.
            return Optional.empty();
        }
    }

    /** What the image holds at the places of an earlier sample; empty where it is missing or cannot be read. */
    Optional<ContentSample> sample(Path image, ContentSample earlier) {
        try (DiskFile file = disk.open(image)) {
            return Optional.of(ContentSample.of(earlier.blocks(), block -> read(file, block)));
        } catch (UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Whether the files have the same content; not where one of them is missing or cannot be read.
     *
     * @param deep whether every byte is compared, rather than samples
     */
    boolean isAlike(Path one, Path other, boolean deep) {
        try (DiskFile first = disk.open(one);
                DiskFile second = disk.open(other)) {
            return first.size() == second.size()
                    && isSame(first, second, deep ? chunks(first.extents()) : samples(first.extents()))
                    && (!deep || chunks(second.extents()).stream()
                            .allMatch(chunk -> first.read(chunk).equals(second.read(chunk))));
        } catch (UncheckedIOException unreadable) {
            return false;
        }
    }

    /** Whether a file is as another one begins; not where one of them is missing or cannot be read. */
    boolean begins(Path beginning, Path whole) {
        try (DiskFile first = disk.open(beginning);
                DiskFile second = disk.open(whole)) {
            return first.size() <= second.size() && isSame(first, second, samples(first.extents()));
        } catch (UncheckedIOException unreadable) {
            return false;
        }
    }

    /** Whether two files are the same there, and not all zeros. */
    private static boolean isSame(DiskFile one, DiskFile other, List<Extent> places) {
        boolean meaningful = false;
        for (Extent place : places) {
            ByteBuffer bytes = one.read(place);
            if (!bytes.equals(other.read(place))) {
                return false;
            }
            meaningful |= !ContentSample.isAllZeros(bytes);
        }
        return meaningful;
    }

    private static List<Extent> chunks(List<Extent> data) {
        List<Extent> chunks = new ArrayList<>();
        for (Extent extent : data) {
            for (long start = extent.start(); start < extent.end(); start += CHUNK_BYTES) {
                chunks.add(new Extent(start, Math.min(extent.end(), start + CHUNK_BYTES)));
            }
        }
        return chunks;
    }

    private static List<Long> places(DiskFile file) {
        TreeSet<Long> blocks = new TreeSet<>();
        samples(file.extents()).forEach(sample -> blocks.add(sample.start() / ContentSample.BLOCK_BYTES));
        for (int place = 0; place < IN_ALL && file.size() > 0; place++) {
            blocks.add(offset(place, IN_ALL, file.size()) / ContentSample.BLOCK_BYTES);
        }
        return List.copyOf(blocks);
    }

    /** Spread evenly over the data, the first and the last of it among them. */
    private static List<Extent> samples(List<Extent> data) {
        long length = data.stream().mapToLong(Extent::length).sum();
        List<Extent> samples = new ArrayList<>();
        long passed = 0;
        for (Extent extent : data) {
            while (samples.size() < IN_DATA && offset(samples.size(), IN_DATA, length) < passed + extent.length()) {
                long start = extent.start() + offset(samples.size(), IN_DATA, length) - passed;
                samples.add(new Extent(start, Math.min(extent.end(), start + SAMPLE_BYTES)));
            }
            passed += extent.length();
        }
        return samples;
    }

    /** The first of them at the beginning, the last one at the end. */
    private static long offset(int number, int of, long length) {
        return Math.max(0, length - SAMPLE_BYTES) / (of - 1) * number;
    }

    private static ByteBuffer read(DiskFile file, long block) {
        long start = Math.multiplyExact(block, ContentSample.BLOCK_BYTES);
        return file.read(new Extent(start, start + ContentSample.BLOCK_BYTES));
    }
}
