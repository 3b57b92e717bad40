package ctl.vm.inventory;

import ctl.vm.problem.Misuse;
import java.util.Locale;

/**
 * How the files of a VM are copied. The names, and what they mean, are those of {@code cp}.
 *
 * @param reflink whether the copy shares its blocks with the source: where the filesystem can, always or else not at
 *     all, or never
 * @param sparse what becomes of zeros: holes stay holes; long runs of zeros become holes as well; holes become zeros
 */
public record CopyOptions(When reflink, When sparse) {

    /** Shared where that can be, and otherwise with the holes of the source. */
    public static final CopyOptions USUAL = new CopyOptions(When.AUTO, When.AUTO);

    public CopyOptions {
        if (reflink == When.ALWAYS && sparse != When.AUTO) {
            throw new Misuse.SharingWithoutZeros().thrown();
        }
    }

    /** Whether it is worth while to try. */
    public boolean mayShare() {
        return reflink != When.NEVER && sparse == When.AUTO;
    }

    /** Whether a copy that shares nothing is worse than none. */
    public boolean mustShare() {
        return reflink == When.ALWAYS;
    }

    /** When to do something that {@code cp} does by itself where it helps. */
    public enum When {
        AUTO,
        ALWAYS,
        NEVER;

        /** The word of the command line, and of the journal. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
