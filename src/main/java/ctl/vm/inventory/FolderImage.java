package ctl.vm.inventory;

import java.time.Instant;
import java.util.Optional;

/**
 * A file in a VM's folder that is called like an image.
 *
 * @param kind what it really is; only a regular file is an image
 * @param onDisk bytes it takes on disk, holes not counted; empty where it was only glanced at
 * @param modified to the nanosecond
 * @param file tells it from another that took its name
 * @param diskModifiedSeconds of a snapshot with an S²E header: the modification time, in seconds since 1970, that S²E
 *     demands of the disk image; empty where the file has no such header, or was only glanced at
 * @param owner name of the user whom the file belongs to; empty where it was only glanced at
 */
public record FolderImage(
        ImageName name,
        EntryKind kind,
        ByteCount size,
        Optional<ByteCount> onDisk,
        Instant modified,
        FileId file,
        Optional<Long> diskModifiedSeconds,
        Optional<String> owner) {

    /** Bytes it takes on disk. Only for who has looked closely. */
    public ByteCount allocated() {
        return onDisk.orElseThrow(() -> new IllegalStateException(name + " was only glanced at"));
    }

    public ImageFacts facts() {
        return new ImageFacts(name, size, modified, Optional.of(file));
    }
}
