package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** The types of members that a package may hold. */
public enum EntryType {
    FILE,
    SPARSE_FILE,
    FOLDER;

    /** @param name of the member: in the oldest form of tar, only a slash at its end tells a folder */
    static EntryType of(byte type, String name) throws Malformed {
        return switch (type) {
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM -> name.endsWith("/") ? FOLDER : FILE;
            case TarConstants.LF_GNUTYPE_SPARSE -> SPARSE_FILE;
            case TarConstants.LF_DIR -> FOLDER;
            case TarConstants.LF_LINK -> throw new Malformed("is a hard link");
            case TarConstants.LF_SYMLINK -> throw new Malformed("is a symbolic link");
            case TarConstants.LF_CHR, TarConstants.LF_BLK -> throw new Malformed("is a device");
            case TarConstants.LF_FIFO -> throw new Malformed("is a named pipe");
            // A number, because the letter may be one that a terminal obeys.
            default -> throw new Malformed("is of the unknown type %d".formatted(Byte.toUnsignedInt(type)));
        };
    }
}
