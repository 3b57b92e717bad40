package ctl.vm.archive.member;

import java.io.IOException;

/**
 * More than a package may ask for, unless the user allows it. The message is the reason in a few words, as that of
 * {@link Malformed}.
 */
public final class OverLimit extends IOException {

    private static final long serialVersionUID = 1L;

    private final String option;

    /** @param option which allows more */
    public OverLimit(String reason, String option) {
        super(reason);
        this.option = option;
    }

    public String option() {
        return option;
    }
}
