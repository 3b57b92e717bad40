package ctl.vm.archive.read;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import java.time.Instant;

/**
 * An image in a package.
 *
 * @param size bytes of the image, holes included
 * @param data bytes that the package holds of it: what {@link PackageReader#extract} reports adds up to this
 * @param modified to the nanosecond where the package has it, to the second otherwise
 * @param mode permission bits that the image had where it was packed
 */
public record Member(ImageName image, ByteCount size, ByteCount data, Instant modified, int mode) {}
