package ctl.vm.archive;

import java.io.IOException;

/**
 * Something that a package must not hold. The message is the reason in a few words, such as "is a symbolic link";
 * {@link PackageReader} adds the package and the member.
 */
final class Malformed extends IOException {

    Malformed(String reason) {
        super(reason);
    }
}
