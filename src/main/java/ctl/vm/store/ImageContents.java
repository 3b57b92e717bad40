package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.inventory.value.Zeros;
import ctl.vm.problem.DiskException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Looks at images in some places: to know one again when it comes back, and to find out of which one another is a copy.
 * Images that hold nothing but zeros are alike to nothing: all empty images would be copies of each other.
 */
public final class ImageContents {

    /** Samples that are spread evenly over what is not a hole. */
    private static final int IN_DATA = 64;

    /** Samples that are spread evenly over the whole image: something may have been written into a hole. */
    private static final int IN_ALL = 16;

    private static final int SAMPLE_BYTES = ContentSample.BLOCK_BYTES;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Disk disk;
    private final Layout layout;

    ImageContents(Disk disk, Layout layout) {
        this.disk = disk;
        this.layout = layout;
    }

    /** The VM with samples of the content of all its images. */
    public FolderVm sampled(FolderVm vm) {
        return new FolderVm(
                vm.name(), vm.images().stream().map(image -> sampled(vm.name(), image)).toList(), vm.otherFiles(),
                vm.trouble());
    }

    /** The image with a sample of its content; without one where it is no file or cannot be read. */
    public FolderImage sampled(VmName vm, FolderImage image) {
        return image.kind() == EntryKind.FILE ? image.with(sample(vm, image.name())) : image;
    }

    /** A sample at places chosen anew; empty where the image is missing or cannot be read. */
    public Optional<ContentSample> sample(VmName vm, ImageName image) {
        return sample(path(vm, image));
    }

    Optional<ContentSample> sample(Path image) {
        return sample(image, ImageContents::places);
    }

    /** What the image holds at the places of an earlier sample; empty where it is missing or cannot be read. */
    public Optional<ContentSample> sample(VmName vm, ImageName image, ContentSample earlier) {
        return sample(path(vm, image), _ -> earlier.blocks());
    }

    private Optional<ContentSample> sample(Path image, Function<DiskFile, List<Long>> places) {
        try (DiskFile file = disk.open(image)) {
            return Optional.of(ContentSample.of(places.apply(file), block -> read(file, block)));
        } catch (DiskException unreadable) {
            // Then it is not known again, and is reported as changed or new.
            return Optional.empty();
        }
    }

    /**
     * Whether an image of one VM has the content of the same image of another; not where it cannot be read.
     *
     * @param deep whether every byte is compared, rather than samples
     */
    public boolean isAlike(VmName one, VmName other, ImageName image, boolean deep) {
        try (DiskFile first = disk.open(path(one, image));
                DiskFile second = disk.open(path(other, image))) {
            return first.size() == second.size()
                    && isSame(first, second, deep ? chunks(first.extents()) : samples(first.extents()))
                    && (!deep || chunks(second.extents()).stream()
                            .allMatch(chunk -> first.read(chunk).equals(second.read(chunk))));
        } catch (DiskException unreadable) {
            return false;
        }
    }

    /** Whether an image of one VM is as the same image of another begins, as far as samples tell. */
    public boolean beginsLike(VmName one, VmName other, ImageName image) {
        try (DiskFile first = disk.open(path(one, image));
                DiskFile second = disk.open(path(other, image))) {
            return first.size() <= second.size() && isSame(first, second, samples(first.extents()));
        } catch (DiskException unreadable) {
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
            meaningful |= !Zeros.isAllZero(bytes);
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

    private Path path(VmName vm, ImageName image) {
        return layout.vm(vm).resolve(image.fileName());
    }

    private static ByteBuffer read(DiskFile file, long block) {
        long start = Math.multiplyExact(block, ContentSample.BLOCK_BYTES);
        return file.read(new Extent(start, start + ContentSample.BLOCK_BYTES));
    }
}
