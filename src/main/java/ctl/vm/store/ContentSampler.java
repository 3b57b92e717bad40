package ctl.vm.store;

import ctl.vm.problem.DiskException;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ContentSample;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Looks at an image in some places, so that it is known again when it comes back. */
final class ContentSampler {

    /** Spread evenly over what is not a hole. */
    private static final int IN_DATA = 64;

    /** Spread evenly over the whole image: something may have been written into a hole. */
    private static final int IN_ALL = 16;

    private final Disk disk;

    ContentSampler(Disk disk) {
        this.disk = disk;
    }

    /** A sample at places chosen anew; empty where the image is missing or cannot be read. */
    Optional<ContentSample> sample(Path image) {
        try (DiskFile file = disk.open(image)) {
            return Optional.of(ContentSample.of(places(file), block -> read(file, block)));
        } catch (DiskException unreadable) {
            // Then it is not known again, and is reported as changed or new.
            return Optional.empty();
        }
    }

    /** What the image holds at the places of an earlier sample; empty where it is missing or cannot be read. */
    Optional<ContentSample> sample(Path image, ContentSample earlier) {
        try (DiskFile file = disk.open(image)) {
            return Optional.of(ContentSample.of(earlier.blocks(), block -> read(file, block)));
        } catch (DiskException unreadable) {
            return Optional.empty();
        }
    }

    private static List<Long> places(DiskFile file) {
        TreeSet<Long> blocks = new TreeSet<>();
        List<DiskFile.Extent> data = file.extents();
        long length = data.stream().mapToLong(DiskFile.Extent::length).sum();
        long passed = 0;
        int number = 0;
        for (DiskFile.Extent extent : data) {
            while (number < IN_DATA && offset(number, IN_DATA, length) < passed + extent.length()) {
                blocks.add((extent.start() + offset(number, IN_DATA, length) - passed) / ContentSample.BLOCK_BYTES);
                number++;
            }
            passed += extent.length();
        }
        for (int place = 0; place < IN_ALL && file.size() > 0; place++) {
            blocks.add(offset(place, IN_ALL, file.size()) / ContentSample.BLOCK_BYTES);
        }
        return List.copyOf(blocks);
    }

    /** The first of them at the beginning, the last one at the end. */
    private static long offset(int number, int of, long length) {
        return Math.max(0, length - ContentSample.BLOCK_BYTES) / (of - 1) * number;
    }

    private static ByteBuffer read(DiskFile file, long block) {
        long start = Math.multiplyExact(block, ContentSample.BLOCK_BYTES);
        return file.read(new DiskFile.Extent(start, start + ContentSample.BLOCK_BYTES));
    }
}
