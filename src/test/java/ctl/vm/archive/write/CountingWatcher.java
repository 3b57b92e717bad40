package ctl.vm.archive.write;

import ctl.vm.inventory.PackageCheckpoint;

/** Counts what is packed, and never wants a checkpoint. */
public class CountingWatcher implements PackingWatcher {

    private long bytes;

    /** Bytes of data so far. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void packed(long more) {
        bytes += more;
    }

    @Override
    public boolean wantsCheckpoint() {
        return false;
    }

    @Override
    public void reached(PackageCheckpoint durable) {
        throw new AssertionError("no checkpoint was wanted");
    }
}
