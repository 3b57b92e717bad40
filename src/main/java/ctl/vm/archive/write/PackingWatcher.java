package ctl.vm.archive.write;

import ctl.vm.inventory.PackageCheckpoint;

/** Follows the packing of images, and decides when what is written is to be made durable. */
public interface PackingWatcher {

    /** So many bytes of data more have been packed; holes do not count. */
    void packed(long bytes);

    /** Whether what is written is to be made durable now. Asked often. */
    boolean wantsCheckpoint();

    /** So much of the package survives a power cut now. May throw to stop the packing, which can go on from here. */
    void reached(PackageCheckpoint durable);
}
