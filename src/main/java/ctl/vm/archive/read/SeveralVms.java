package ctl.vm.archive.read;

import java.io.IOException;

/** An archive whose images lie in several folders, or deeper than one: a backup of the folder of VMs, most likely. */
final class SeveralVms extends IOException {

    private static final long serialVersionUID = 1L;

    private final int depth;

    /** @param depth folders above the one that holds the image */
    SeveralVms(String reason, int depth) {
        super(reason);
        this.depth = depth;
    }

    int depth() {
        return depth;
    }
}
