package ctl.vm.archive.disk;

import java.util.List;

/**
 * What the header of a disk image says, where it refers to no other file.
 *
 * @param size bytes of the disk
 * @param warnings what of the image does not come into the disk, a sentence each, to go on after its name
 */
record DiskHeader(long size, List<String> warnings) {

    DiskHeader(long size) {
        this(size, List.of());
    }
}
