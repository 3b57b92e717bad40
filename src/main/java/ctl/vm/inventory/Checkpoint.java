package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import java.time.Instant;
import java.util.Optional;

/**
 * How much of an image is durable in staging.
 *
 * @param durable every byte before this position is there and survives a power cut; the image's size where it is whole
 * @param digest of these bytes, where they were digested on the way: then they end where a chunk does
 * @param source what it is copied from: the rest may be added only as long as that is unchanged
 */
public record Checkpoint(ImageName image, ByteCount durable, Optional<ImageDigest.Chain> digest, Source source) {

    /** Of an image that is not digested on the way. */
    public Checkpoint(ImageName image, ByteCount durable, Source source) {
        this(image, durable, Optional.empty(), source);
    }

    /**
     * Whether the copying can go on from here.
     *
     * @param now what the source is today
     * @param targetBytes size of the target; none where it is gone
     */
    public boolean isOfUse(Source now, Optional<Long> targetBytes) {
        return source.equals(now)
                && targetBytes.filter(bytes -> bytes >= durable.bytes()).isPresent();
    }

    /**
     * A file, as it was when copying from it began. No program can write to it and leave all of these as they were.
     *
     * @param size bytes, holes included
     * @param modified last change of its content, to the nanosecond
     * @param changed last change of content or attributes; it cannot be set back
     */
    public record Source(ByteCount size, Instant modified, Instant changed, long inode) {}
}
