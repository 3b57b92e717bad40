package ctl.vm.inventory.value;

import java.util.Optional;

/**
 * Which image of a VM: its disk image or one of its snapshots. The one place that knows how images are called on disk
 * and in packages.
 */
public record ImageName(Optional<SnapshotName> snapshot) implements Comparable<ImageName> {

    /** The disk image, {@code disk.s2e}. */
    public static final ImageName DISK = new ImageName(Optional.empty());

    private static final String DISK_FILE = "disk.s2e";
    private static final String SNAPSHOT_PREFIX = DISK_FILE + ".";

    public static ImageName of(SnapshotName snapshot) {
        return new ImageName(Optional.of(snapshot));
    }

    /** The image that a file of this name is, or nothing where it is not one of ours. */
    public static Optional<ImageName> ofFile(String fileName) {
        if (fileName.equals(DISK_FILE)) {
            return Optional.of(DISK);
        }
        if (fileName.startsWith(SNAPSHOT_PREFIX)) {
            return SnapshotName.of(fileName.substring(SNAPSHOT_PREFIX.length())).map(ImageName::of);
        }
        return Optional.empty();
    }

    /** {@code disk.s2e} or {@code disk.s2e.SNAPSHOT}. */
    public String fileName() {
        return snapshot.map(name -> SNAPSHOT_PREFIX + name).orElse(DISK_FILE);
    }

    public boolean isDisk() {
        return snapshot.isEmpty();
    }

    /** As status lines call it: {@code disk image} or {@code snapshot: ready}. */
    @Override
    public String toString() {
        return snapshot.map(name -> "snapshot: " + name).orElse("disk image");
    }

    /** The disk image first, then snapshots by name. */
    @Override
    public int compareTo(ImageName other) {
        return fileName().compareTo(other.fileName());
    }
}
