package ctl.vm.inventory.drift;

import java.util.Locale;

/**
 * Something odd in the folder that is no difference from the journal, or that must not be recorded yet.
 *
 * @param subject what it is about: {@code vm/MyBox/notes.txt}
 * @param message what is odd, and what can be done
 */
public record Warning(Kind kind, String subject, String message) {

    /** What is odd. */
    public enum Kind {
        /** Something in the folder of VMs that cannot be one. */
        NO_VM,
        /** Something that is called like an image and is none. */
        NO_IMAGE,
        /** A VM without a disk image. */
        DEFUNCT,
        UNREADABLE,
        /** A file in the folder of a VM that is none of ours. */
        FOREIGN_FILE,
        /** A snapshot that S²E would not load. */
        REFUSED_SNAPSHOT,
        /** Something in the folders of staging or trash that no operation has put there. */
        STRAY;

        /** For programs. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
