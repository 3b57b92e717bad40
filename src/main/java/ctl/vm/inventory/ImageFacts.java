package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import java.time.Instant;
import java.util.Optional;

/**
 * What the journal keeps of an image.
 *
 * @param size virtual size, holes included
 * @param modified modification time to the nanosecond; of a disk image it is data, as its snapshots refer to it
 * @param file which file it is; older programs did not say
 */
public record ImageFacts(ImageName name, ByteCount size, Instant modified, Optional<FileId> file) {

    public ImageFacts(ImageName name, ByteCount size, Instant modified) {
        this(name, size, modified, Optional.empty());
    }

    /** The same of whatever file: of one in a package, or that may since have been copied. */
    public ImageFacts ofAnyFile() {
        return file.isEmpty() ? this : new ImageFacts(name, size, modified);
    }

    /** Whether it has the size and time of the other, and so most likely its content. */
    public boolean looksLike(ImageFacts other) {
        return size.bytes() == other.size.bytes() && modified.equals(other.modified);
    }

    /** Whether it is the very file that the other is, unchanged. */
    public boolean isSameFileAs(ImageFacts other) {
        return file.isPresent() && file.equals(other.file) && looksLike(other);
    }

    /** Whether it is certainly another file than the other is, or has changed since. */
    public boolean isOtherThan(ImageFacts other) {
        return !looksLike(other)
                || file.isPresent() && other.file.isPresent() && file.get().isPlainlyOther(other.file.get());
    }
}
