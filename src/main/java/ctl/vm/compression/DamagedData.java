package ctl.vm.compression;

import java.io.IOException;

/** Compressed bytes that are not what the caller says they are. */
public final class DamagedData extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedData(String reason) {
        super(reason);
    }
}
