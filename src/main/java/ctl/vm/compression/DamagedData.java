package ctl.vm.compression;

import java.io.IOException;

/** Compressed bytes that are not what the caller says they are. The message is the reason in a few words. */
public final class DamagedData extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedData() {
        this("its compressed data cannot be read");
    }

    DamagedData(String reason) {
        super(reason);
    }
}
