package ctl.vm.archive.tar;

import static org.apache.commons.compress.archivers.tar.TarConstants.GIDLEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_OFFSET;
import static org.apache.commons.compress.archivers.tar.TarConstants.MAGIC_GNU;
import static org.apache.commons.compress.archivers.tar.TarConstants.MAGIC_OFFSET;
import static org.apache.commons.compress.archivers.tar.TarConstants.MAGIC_POSIX;
import static org.apache.commons.compress.archivers.tar.TarConstants.MODELEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.MODTIMELEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.NAMELEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.PREFIXLEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.SIZELEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.UIDLEN;

import ctl.vm.archive.member.Malformed;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The header block of a tar member, not yet trusted. Formats: POSIX.1-2017, pax, "ustar Interchange Format"; tar.h of GNU
 * tar.
 */
public final class TarHeader {

    private static final int MODE_OFFSET = NAMELEN;
    private static final int SIZE_OFFSET = MODE_OFFSET + MODELEN + UIDLEN + GIDLEN;
    private static final int MODIFIED_OFFSET = SIZE_OFFSET + SIZELEN;
    private static final int PREFIX_OFFSET = 345;
    private static final int PERMISSIONS = 0777;

    private final byte[] block;

    public TarHeader(byte[] block) {
        this.block = block;
    }

    byte[] block() {
        return block;
    }

    public boolean hasRightChecksum() {
        try {
            return TarUtils.verifyCheckSum(block);
        } catch (IllegalArgumentException notANumber) {
            return false;
        }
    }

    /** The path as the header has it; bytes that are not UTF-8 become U+FFFD. */
    public String name() {
        String name = text(0, NAMELEN);
        String prefix = isPosix() ? text(PREFIX_OFFSET, PREFIXLEN) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    byte type() {
        return block[LF_OFFSET];
    }

    /** Bytes of data that follow in the archive. */
    public long size() throws Malformed {
        return unsigned(SIZE_OFFSET, SIZELEN);
    }

    /** Seconds since 1970. */
    long modified() throws Malformed {
        return TarNumber.signed(block, MODIFIED_OFFSET, MODTIMELEN);
    }

    /** Permission bits alone: nobody gets a set-user-id bit from a package. */
    int mode() throws Malformed {
        return (int) unsigned(MODE_OFFSET, MODELEN) & PERMISSIONS;
    }

    long unsigned(int offset, int length) throws Malformed {
        return TarNumber.unsigned(block, offset, length);
    }

    boolean isGnu() {
        return hasMagic(MAGIC_GNU);
    }

    private boolean isPosix() {
        return hasMagic(MAGIC_POSIX);
    }

    private boolean hasMagic(String magic) {
        return new String(block, MAGIC_OFFSET, magic.length(), StandardCharsets.ISO_8859_1).equals(magic);
    }

    private String text(int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return new String(block, offset, end - offset, StandardCharsets.UTF_8);
    }
}
