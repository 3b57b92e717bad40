package ctl.vm.archive.tar;

import static org.apache.commons.compress.archivers.tar.TarConstants.CHKSUMLEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.CHKSUM_OFFSET;
import static org.apache.commons.compress.archivers.tar.TarConstants.GIDLEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.GNU_LONGLINK;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_GNUTYPE_LONGNAME;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_GNUTYPE_SPARSE;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_NORMAL;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_OFFSET;
import static org.apache.commons.compress.archivers.tar.TarConstants.MAGIC_GNU;
import static org.apache.commons.compress.archivers.tar.TarConstants.MAGIC_OFFSET;
import static org.apache.commons.compress.archivers.tar.TarConstants.MODELEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.MODTIMELEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.NAMELEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.SIZELEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.UIDLEN;
import static org.apache.commons.compress.archivers.tar.TarConstants.VERSION_GNU_SPACE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * Writes the blocks that stand before the data of a member, as GNU tar does (tar.h and sparse.c of GNU tar, "oldgnu"):
 * type 0 for an image without holes, type S with a map of its data for one with holes.
 *
 * <p>Type S is the only sparse form that no tool misreads: those that do not know it refuse it, whereas they take the
 * condensed data of a pax sparse member for the image. Owner and group are 0 and have no names: who unpacks owns.
 */
public final class MemberHeader {

    private final TarOutput output;

    public MemberHeader(TarOutput output) {
        this.output = output;
    }

    public void write(String name, long size, SparseMap data, Instant modified, int mode) throws IOException {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        if (nameBytes.length > NAMELEN) {
            writeLongName(nameBytes);
        }
        long stored = data.data();
        byte type = stored < size ? LF_GNUTYPE_SPARSE : LF_NORMAL;
        byte[] block = block(nameBytes, type, stored, modified.getEpochSecond(), mode);
        if (type == LF_NORMAL) {
            output.write(seal(block));
        } else {
            var map = new OldGnuMap(size, data);
            map.fill(block);
            output.write(seal(block));
            map.writeExtensions(output);
        }
    }

    /** A member of its own, whose data is the name of the member that follows. */
    private void writeLongName(byte[] name) throws IOException {
        byte[] terminated = Arrays.copyOf(name, name.length + 1);
        byte[] placeholder = GNU_LONGLINK.getBytes(StandardCharsets.US_ASCII);
        output.write(seal(block(placeholder, LF_GNUTYPE_LONGNAME, terminated.length, 0, 0644)));
        output.write(terminated);
        output.pad(TarInput.BLOCK_BYTES);
    }

    private static byte[] block(byte[] name, byte type, long stored, long modifiedSeconds, int mode) {
        byte[] block = new byte[TarInput.BLOCK_BYTES];
        System.arraycopy(name, 0, block, 0, Math.min(name.length, NAMELEN));
        int modeOffset = NAMELEN;
        int ownerOffset = modeOffset + MODELEN;
        int groupOffset = ownerOffset + UIDLEN;
        int sizeOffset = groupOffset + GIDLEN;
        int modifiedOffset = sizeOffset + SIZELEN;
        TarNumber.write(mode, block, modeOffset, MODELEN);
        TarNumber.write(0, block, ownerOffset, UIDLEN);
        TarNumber.write(0, block, groupOffset, GIDLEN);
        TarNumber.write(stored, block, sizeOffset, SIZELEN);
        TarNumber.write(modifiedSeconds, block, modifiedOffset, MODTIMELEN);
        block[LF_OFFSET] = type;
        byte[] magic = (MAGIC_GNU + VERSION_GNU_SPACE).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, block, MAGIC_OFFSET, magic.length);
        return block;
    }

    /** Adds the checksum, for which its own field counts as blanks. */
    private static byte[] seal(byte[] block) {
        Arrays.fill(block, CHKSUM_OFFSET, CHKSUM_OFFSET + CHKSUMLEN, (byte) ' ');
        TarUtils.formatCheckSumOctalBytes(TarUtils.computeCheckSum(block), block, CHKSUM_OFFSET, CHKSUMLEN);
        return block;
    }
}
