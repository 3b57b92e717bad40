package ctl.vm.inventory.value;

import java.time.Instant;
import java.util.Optional;

/**
 * Identifies a folder, whatever its name, until it is removed.
 *
 * @param born when it was made, where the filesystem keeps that: filesystems give the inode of a folder that was
 *     removed to the next one
 */
public record FolderId(long inode, Optional<Instant> born) {

    /** Whether it is the same folder, as far as can be known. */
    public boolean isSameAs(FolderId other) {
        return inode == other.inode && (born.isEmpty() || other.born.isEmpty() || born.equals(other.born));
    }
}
