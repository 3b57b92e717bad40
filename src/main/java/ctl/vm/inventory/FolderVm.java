package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A VM as it stands in the folder.
 *
 * @param images the disk image first, then snapshots, newest first, ties by name
 * @param otherFiles names of what stands beside them and is not ours, sorted
 * @param trouble why the folder cannot be read, where it cannot
 */
public record FolderVm(VmName name, List<FolderImage> images, List<String> otherFiles, Optional<String> trouble) {

    public FolderVm {
        images = sorted(images, FolderVm::inListingOrder);
        otherFiles = sorted(otherFiles, String::compareTo);
    }

    private static <T> List<T> sorted(List<T> values, Comparator<T> order) {
        List<T> sorted = new ArrayList<>(values);
        sorted.sort(order);
        return Collections.unmodifiableList(sorted);
    }

    /** A comparator that is put together from others would be linked anew at every start. */
    private static int inListingOrder(FolderImage one, FolderImage other) {
        if (one.name().isDisk() != other.name().isDisk()) {
            return one.name().isDisk() ? -1 : 1;
        }
        int newer = other.modified().compareTo(one.modified());
        return newer != 0 ? newer : one.name().compareTo(other.name());
    }

    public static FolderVm unreadable(VmName name, String trouble) {
        return new FolderVm(name, List.of(), List.of(), Optional.of(trouble));
    }

    public Optional<FolderImage> image(ImageName image) {
        return images.stream().filter(candidate -> candidate.name().equals(image)).findFirst();
    }

    public List<FolderImage> snapshots() {
        return images.stream().filter(image -> !image.name().isDisk()).toList();
    }

    /** Whether it has no disk image; unknown for a folder that cannot be read. */
    public boolean isDefunct() {
        return trouble.isEmpty() && images.stream().noneMatch(FolderVm::isDiskImage);
    }

    private static boolean isDiskImage(FolderImage image) {
        return image.name().isDisk() && image.kind() == EntryKind.FILE;
    }

    /** Bytes of all its images, holes included. */
    public ByteCount size() {
        return images.stream().map(FolderImage::size).reduce(ByteCount.ZERO, ByteCount::plus);
    }

    /** Bytes that its images take on disk. */
    public ByteCount allocated() {
        return images.stream().map(FolderImage::allocated).reduce(ByteCount.ZERO, ByteCount::plus);
    }

    /** Whether no image has been added, removed or written to since {@code before}. */
    public boolean isUnchangedFrom(FolderVm before) {
        return fingerprint().equals(before.fingerprint());
    }

    /** Without the bytes taken on disk: a filesystem may still be deciding about them. */
    private List<List<Object>> fingerprint() {
        return images.stream()
                .map(image -> List.<Object>of(
                        image.name(), image.kind(), image.size(), image.modified(), image.file()))
                .toList();
    }

    /** What the journal keeps of its images. */
    public List<ImageFacts> facts() {
        return images.stream()
                .filter(image -> image.kind() == EntryKind.FILE)
                .map(FolderImage::facts)
                .toList();
    }

    /** Samples of its images, where they were taken. */
    public Map<ImageName, ContentSample> samples() {
        Map<ImageName, ContentSample> samples = new TreeMap<>();
        images.forEach(image -> image.sample().ifPresent(sample -> samples.put(image.name(), sample)));
        return samples;
    }

    /** Whom the first of its images belongs to; empty where it has none, or was only glanced at. */
    public Optional<String> owner() {
        return images.stream().findFirst().flatMap(FolderImage::owner);
    }

    /** Whether S²E would refuse to load the snapshot, as the disk image was modified since it was taken. */
    public boolean isRefusedByS2e(FolderImage snapshot) {
        Optional<Long> diskSeconds = image(ImageName.DISK).map(disk -> disk.modified().getEpochSecond());
        return snapshot.diskModifiedSeconds().isPresent()
                && diskSeconds.isPresent()
                && !snapshot.diskModifiedSeconds().equals(diskSeconds);
    }
}
