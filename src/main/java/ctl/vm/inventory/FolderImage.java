package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import java.time.Instant;
import java.util.Optional;

/**
 * A file in a VM's folder that is called like an image.
 *
 * @param kind what it really is; only a regular file is an image
 * @param onDisk bytes it takes on disk, holes not counted; empty where it was only glanced at
 * @param modified to the nanosecond
 * @param file distinguishes it from another that took its name
 * @param diskModifiedSeconds of a snapshot with an S²E header: the modification time, in seconds since 1970, that S²E
 *     demands of the disk image; empty where the file has no such header, or was only glanced at
 * @param owner name of the user whom the file belongs to; empty where it was only glanced at
 * @param sample of its content, where one was taken
 */
public record FolderImage(
        ImageName name,
        EntryKind kind,
        ByteCount size,
        Optional<ByteCount> onDisk,
        Instant modified,
        FileId file,
        Optional<Long> diskModifiedSeconds,
        Optional<String> owner,
        Optional<ContentSample> sample) {

    /** Bytes it takes on disk. Only for who has looked closely. */
    public ByteCount allocated() {
        return onDisk.orElseThrow(() -> new IllegalStateException(name + " was only glanced at"));
    }

    /** The same with a sample of its content. */
    public FolderImage with(Optional<ContentSample> taken) {
        return new FolderImage(name, kind, size, onDisk, modified, file, diskModifiedSeconds, owner, taken);
    }

    /** Whether it is the same file, not written to since. */
    public boolean isUnchangedFrom(FolderImage before) {
        return kind == before.kind && facts().equals(before.facts());
    }

    public ImageFacts facts() {
        return new ImageFacts(name, size, modified, Optional.of(file));
    }
}
