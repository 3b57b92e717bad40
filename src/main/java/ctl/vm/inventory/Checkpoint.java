package ctl.vm.inventory;

import java.time.Instant;

/**
 * How much of an image is durable in staging.
 *
 * @param durable every byte before this position is there and survives a power cut; the image's size where it is whole
 * @param source what it is copied from: the rest may be added only as long as that is unchanged
 */
public record Checkpoint(ImageName image, ByteCount durable, Source source) {

    /**
     * A file, as it was when copying from it began. Nobody can write to it and leave all of these as they were.
     *
     * @param size bytes, holes included
     * @param modified last change of its content, to the nanosecond
     * @param changed last change of content or attributes; nobody can set it back
     */
    public record Source(ByteCount size, Instant modified, Instant changed, long inode) {}
}
