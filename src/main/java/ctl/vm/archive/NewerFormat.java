package ctl.vm.archive;

import java.io.IOException;

/** A package of ours in a format that only a newer program knows. */
final class NewerFormat extends IOException {

    private static final long serialVersionUID = 1L;

    private final int version;

    NewerFormat(int version) {
        super("version " + version);
        this.version = version;
    }

    int version() {
        return version;
    }
}
