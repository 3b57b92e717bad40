package ctl.vm.inventory.value;

/**
 * Identifies a file, whatever its name, until it is removed: then its inode is given to another file. So two
 * files with one are the same only where size and time are the same, too.
 *
 * @param device the filesystem; some have another number after each mount
 */
public record FileId(long device, long inode) {

    /** Whether they cannot be the same file: inodes of two filesystems say nothing about each other. */
    public boolean isPlainlyOther(FileId other) {
        return device == other.device && inode != other.inode;
    }
}
