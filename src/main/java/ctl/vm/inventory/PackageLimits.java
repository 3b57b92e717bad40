package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import java.util.Optional;

/**
 * How much a package may ask for before it is taken for an attack, and how whole it must be. Empty is what serves most,
 * which a later program may see otherwise.
 *
 * @param data bytes that its images have when they are unpacked, holes not counted; usually what is free on the disk
 * @param ratio how many bytes are written for each one that the package takes
 * @param members how many files and folders it holds, images or not
 * @param header bytes of what describes one member
 * @param acceptCutOff whether an archive is taken that ends behind a whole member, and not as a tar archive does: part
 *     of it may be missing
 */
public record PackageLimits(
        Optional<ByteCount> data, Optional<Long> ratio, Optional<Long> members, Optional<ByteCount> header,
        boolean acceptCutOff) {

    public static final PackageLimits USUAL = new PackageLimits(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** What disks hold becomes a half to a tenth; a filesystem's own empty tables a hundredth. */
    public static final long USUAL_RATIO = 250;

    public static final long USUAL_MEMBERS = 10_000;

    /** More snapshots than a VM can have. Each is in the memory and in the journal. */
    public static final long USUAL_IMAGES = 2000;

    /** Room for 15,000 segments in a map of version 0.0 or 0.1. */
    public static final ByteCount USUAL_HEADER = new ByteCount(1 << 20);

    /** A header is held in memory, several times over. */
    public static final ByteCount HIGHEST_HEADER = new ByteCount(8 << 20);

    /** Of an archive that must have its end. */
    public PackageLimits(
            Optional<ByteCount> data, Optional<Long> ratio, Optional<Long> members, Optional<ByteCount> header) {
        this(data, ratio, members, header, false);
    }

    /** The usual limits, for an archive that may be cut off behind a whole member. */
    public static PackageLimits acceptingCutOff() {
        return new PackageLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);
    }

    public long ratioOrUsual() {
        return ratio.orElse(USUAL_RATIO);
    }

    public long membersOrUsual() {
        return members.orElse(USUAL_MEMBERS);
    }

    public long imagesOrUsual() {
        return members.orElse(USUAL_IMAGES);
    }

    public ByteCount headerOrUsual() {
        return header.orElse(USUAL_HEADER);
    }
}
