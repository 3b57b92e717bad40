package ctl.vm.archive.member;

import java.io.IOException;

/** A package of ours in a format that only a newer program knows. */
public final class NewerFormat extends IOException {

    private static final long serialVersionUID = 1L;

    private final int version;

    NewerFormat(int version) {
        super("version " + version);
        this.version = version;
    }

    public int version() {
        return version;
    }
}
