package ctl.vm.inventory;

import java.time.Instant;
import java.util.Optional;

/**
 * A file in a VM's folder that is called like an image.
 *
 * @param kind what it really is; only a regular file is an image
 * @param allocated bytes it takes on disk, holes not counted
 * @param modified to the nanosecond
 * @param inode tells a file from another that took its name
 * @param diskModifiedSeconds of a snapshot with an S²E header: the modification time, in seconds since 1970, that S²E
 *     demands of the disk image; empty where the file has no such header
 */
public record FolderImage(
        ImageName name,
        EntryKind kind,
        ByteCount size,
        ByteCount allocated,
        Instant modified,
        long inode,
        Optional<Long> diskModifiedSeconds) {

    public ImageFacts facts() {
        return new ImageFacts(name, size, modified);
    }
}
