package ctl.vm.archive.member;

import ctl.vm.archive.read.PackageReader;
import java.io.IOException;

/**
 * Something that a package must not hold. The message is the reason in a few words, such as "is a symbolic link";
 * {@link PackageReader} adds the package and the member.
 */
public final class Malformed extends IOException {

    public Malformed(String reason) {
        super(reason);
    }

    /** A package that begins as one of ours and does not go on as one. */
    public static Malformed notOurs() {
        return new Malformed("is altered: a part of it is not as ctl vm makes them");
    }
}
