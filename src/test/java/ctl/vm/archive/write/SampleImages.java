package ctl.vm.archive.write;

import ctl.vm.archive.read.PackageFolder;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Images of every shape that has been trouble to a reader or writer of sparse members. */
public final class SampleImages {

    private static final long KI = 1 << 10;
    private static final long MI = 1 << 20;
    private static final long GI = 1 << 30;

    private final PackageFolder folder;
    private final Map<ImageName, Path> images = new LinkedHashMap<>();

    private SampleImages(PackageFolder folder) {
        this.folder = folder;
    }

    /**
     * Images of at most a few MiB, as tools without sparse members store the zeros of every hole.
     *
     * @param longestName bytes of the longest name among them
     */
    public static Map<ImageName, Path> small(PackageFolder folder, int longestName) {
        var sample = new SampleImages(folder);
        sample.add("disk.s2e", 3 * MI, new Extent(MI, MI + 64 * KI));
        sample.addCommon(longestName);
        return sample.images;
    }

    /** The small ones, and images of which a size, an offset or a hole needs more than 33 bits. */
    public static Map<ImageName, Path> all(PackageFolder folder) {
        var sample = new SampleImages(folder);
        sample.add(
                "disk.s2e", 9 * GI, new Extent(0, 4 * KI), new Extent(5 * GI, 5 * GI + MI),
                new Extent(9 * GI - 64 * KI, 9 * GI - 60 * KI));
        sample.add("disk.s2e.all-hole", 8 * GI);
        sample.addCommon(255);
        return sample.images;
    }

    private void addCommon(int longestName) {
        add("disk.s2e.empty", 0);
        add("disk.s2e.dense", 300_001, new Extent(0, 300_001));
        add("disk.s2e.one-byte", 1, new Extent(0, 1));
        add("disk.s2e.hole-behind", MI, new Extent(0, 8 * KI));
        add("disk.s2e.odd-end", MI + 77, new Extent(MI, MI + 77));
        add("disk.s2e.fragmented", 2 * MI, IntStream.range(0, 70)
                .mapToObj(index -> new Extent(index * 24 * KI, index * 24 * KI + 4 * KI))
                .toArray(Extent[]::new));
        add("disk.s2e." + "l".repeat(longestName - "disk.s2e.".length()), 16 * KI, new Extent(8 * KI, 12 * KI));
    }

    private void add(String name, long size, Extent... data) {
        images.put(ImageName.ofFile(name).orElseThrow(), folder.image(name, size, data));
    }

    /** The name whose bytes a shell makes with {@code printf 'disk.s2e.asdf\303\266lkj'}. */
    public static ImageName notAscii() {
        return ImageName.of(new SnapshotName("asdfölkj"));
    }
}
