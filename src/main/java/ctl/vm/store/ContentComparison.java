package ctl.vm.store;

import ctl.vm.problem.DiskException;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares two files by samples of their data, or byte for byte. Files that hold nothing but zeros are alike to nothing:
 * all empty images would be copies of each other.
 */
final class ContentComparison {

    private static final int SAMPLES = 64;
    private static final int SAMPLE_BYTES = 4096;
    private static final int PIECE_BYTES = 1 << 20;

    private final Disk disk;
    private final boolean deep;

    ContentComparison(Disk disk, boolean deep) {
        this.disk = disk;
        this.deep = deep;
    }

    /** Whether the files are alike; not where one of them is missing or cannot be read. */
    boolean holds(Path one, Path other) {
        try (DiskFile first = disk.open(one);
                DiskFile second = disk.open(other)) {
            return first.size() == second.size() && isLike(first, second);
        } catch (DiskException unreadable) {
            return false;
        }
    }

    /** Whether a file is as another one begins; not where one of them is missing or cannot be read. */
    boolean begins(Path beginning, Path whole) {
        try (DiskFile first = disk.open(beginning);
                DiskFile second = disk.open(whole)) {
            return first.size() <= second.size() && hasSamplesOf(first, second);
        } catch (DiskException unreadable) {
            return false;
        }
    }

    private static boolean hasSamplesOf(DiskFile one, DiskFile other) {
        List<DiskFile.Extent> samples = samples(one.extents());
        return samples.stream().allMatch(piece -> one.read(piece).equals(other.read(piece)))
                && samples.stream().map(piece -> one.read(piece)).anyMatch(bytes -> !isAllZeros(bytes));
    }

    private static boolean isAllZeros(ByteBuffer bytes) {
        return bytes.equals(ByteBuffer.allocate(bytes.remaining()));
    }

    private boolean isLike(DiskFile one, DiskFile other) {
        List<DiskFile.Extent> data = one.extents();
        boolean meaningful = false;
        for (DiskFile.Extent piece : deep ? pieces(data) : samples(data)) {
            ByteBuffer expected = one.read(piece);
            if (!expected.equals(other.read(piece))) {
                return false;
            }
            meaningful |= !isAllZeros(expected);
        }
        return meaningful && (!deep || pieces(other.extents()).stream()
                .allMatch(piece -> one.read(piece).equals(other.read(piece))));
    }

    private static List<DiskFile.Extent> pieces(List<DiskFile.Extent> data) {
        List<DiskFile.Extent> pieces = new ArrayList<>();
        for (DiskFile.Extent extent : data) {
            for (long start = extent.start(); start < extent.end(); start += PIECE_BYTES) {
                pieces.add(new DiskFile.Extent(start, Math.min(extent.end(), start + PIECE_BYTES)));
            }
        }
        return pieces;
    }

    /** Spread evenly over the data, the first and the last of it among them. */
    private static List<DiskFile.Extent> samples(List<DiskFile.Extent> data) {
        long length = data.stream().mapToLong(DiskFile.Extent::length).sum();
        List<DiskFile.Extent> samples = new ArrayList<>();
        long passed = 0;
        int number = 0;
        for (DiskFile.Extent extent : data) {
            while (number < SAMPLES && offset(number, length) < passed + extent.length()) {
                long start = extent.start() + offset(number, length) - passed;
                samples.add(new DiskFile.Extent(start, Math.min(extent.end(), start + SAMPLE_BYTES)));
                number++;
            }
            passed += extent.length();
        }
        return samples;
    }

    private static long offset(int sample, long length) {
        return Math.max(0, length - SAMPLE_BYTES) / (SAMPLES - 1) * sample;
    }
}
