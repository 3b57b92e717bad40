package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The header block of a tar member. Formats: POSIX.1-2017, pax, "ustar Interchange Format"; tar.h of GNU tar.
 *
 * <p>One that was read is not yet trusted. One that is written has the form of GNU tar ("oldgnu"): type 0 for an image
 * without holes, type S with a map of its data for one with holes. Type S is the only sparse form that no tool
 * misreads: those that do not know it refuse it, whereas they take the condensed data of a pax sparse member for the
 * image. Owner and group are 0 and have no names: the user who unpacks it owns it.
 */
public final class TarHeader {

    static final byte FILE = '0';
    static final byte OLD_FILE = 0;
    static final byte HARD_LINK = '1';
    static final byte SYMBOLIC_LINK = '2';
    static final byte CHARACTER_DEVICE = '3';
    static final byte BLOCK_DEVICE = '4';
    static final byte FOLDER = '5';
    static final byte PIPE = '6';
    static final byte CONTIGUOUS_FILE = '7';
    static final byte SPARSE_FILE = 'S';
    static final byte LONG_NAME = 'L';
    static final byte LONG_LINK = 'K';
    static final byte DUMPED_FOLDER = 'D';
    static final byte VOLUME_LABEL = 'V';
    static final byte CONTINUED_FILE = 'M';
    static final byte PAX_HEADER = 'x';
    static final byte SOLARIS_PAX_HEADER = 'X';
    static final byte GLOBAL_PAX_HEADER = 'g';

    private static final int NAME_BYTES = 100;
    private static final int MODE_OFFSET = 100;
    private static final int OWNER_OFFSET = 108;
    private static final int GROUP_OFFSET = 116;
    private static final int ID_BYTES = 8;
    private static final int SIZE_OFFSET = 124;
    private static final int MODIFIED_OFFSET = 136;
    private static final int NUMBER_BYTES = 12;
    private static final int CHECKSUM_OFFSET = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int TYPE_OFFSET = 156;
    private static final int MAGIC_OFFSET = 257;
    private static final String POSIX_MAGIC = "ustar\0";
    /** Magic and version, of which bsdtar ignores the version and GNU tar does not. */
    private static final String GNU_MAGIC = "ustar  \0";
    private static final int MAJOR_OFFSET = 329;
    private static final int MINOR_OFFSET = 337;
    private static final int PREFIX_OFFSET = 345;
    private static final int PREFIX_BYTES = 155;

    private static final int PERMISSIONS = 0777;
    private static final String LONG_NAME_PLACEHOLDER = "././@LongLink";
    /** Of an extended header itself; GNU tar calls them so. */
    private static final String PAX_NAME = "./PaxHeaders/disk.s2e";

    private final byte[] block;

    public TarHeader(byte[] block) {
        this.block = block;
    }

    /** All that stands before the data of an image. */
    public static byte[] of(String name, SparseMap data, Instant modified, int mode) {
        var bytes = new ByteArrayOutputStream();
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        if (nameBytes.length > NAME_BYTES) {
            // A member of its own, whose data is the name of the member that follows, with a zero byte at its end.
            int length = nameBytes.length + 1;
            byte[] placeholder = LONG_NAME_PLACEHOLDER.getBytes(StandardCharsets.US_ASCII);
            bytes.writeBytes(sealed(block(placeholder, LONG_NAME, length, 0, 0644)));
            bytes.writeBytes(Arrays.copyOf(nameBytes, length + TarInput.padding(length)));
        }
        boolean isSparse = data.data() < data.size();
        byte[] block = block(
                nameBytes, isSparse ? SPARSE_FILE : FILE, data.data(), modified.getEpochSecond(), mode);
        if (isSparse) {
            OldGnuMap.write(data, block);
        }
        bytes.writeBytes(sealed(block));
        if (isSparse) {
            bytes.writeBytes(OldGnuMap.extensions(data));
        }
        return bytes.toByteArray();
    }

    /**
     * An extended header with a comment about the member that follows. POSIX has it for what every reader ignores.
     */
    public static byte[] comment(String text) {
        byte[] record = PaxRecords.written(PaxRecords.COMMENT, text);
        byte[] block = block(PAX_NAME.getBytes(StandardCharsets.US_ASCII), PAX_HEADER, record.length, 0, 0644);
        byte[] magic = (POSIX_MAGIC + "00").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, block, MAGIC_OFFSET, magic.length);
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(sealed(block));
        bytes.writeBytes(Arrays.copyOf(record, record.length + TarInput.padding(record.length)));
        return bytes.toByteArray();
    }

    private static byte[] block(byte[] name, byte type, long stored, long modifiedSeconds, int mode) {
        byte[] block = new byte[TarInput.BLOCK_BYTES];
        System.arraycopy(name, 0, block, 0, Math.min(name.length, NAME_BYTES));
        TarNumber.write(mode, block, MODE_OFFSET, ID_BYTES);
        TarNumber.write(0, block, OWNER_OFFSET, ID_BYTES);
        TarNumber.write(0, block, GROUP_OFFSET, ID_BYTES);
        TarNumber.write(stored, block, SIZE_OFFSET, NUMBER_BYTES);
        TarNumber.write(modifiedSeconds, block, MODIFIED_OFFSET, NUMBER_BYTES);
        block[TYPE_OFFSET] = type;
        byte[] magic = GNU_MAGIC.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, block, MAGIC_OFFSET, magic.length);
        return block;
    }

    /** Adds the checksum, for which its own field counts as blanks. */
    private static byte[] sealed(byte[] block) {
        Arrays.fill(block, CHECKSUM_OFFSET, CHECKSUM_OFFSET + CHECKSUM_BYTES, (byte) ' ');
        TarUtils.formatCheckSumOctalBytes(TarUtils.computeCheckSum(block), block, CHECKSUM_OFFSET, CHECKSUM_BYTES);
        return block;
    }

    byte[] block() {
        return block;
    }

    /** Its own field counts as blanks. Old programs took bytes for signed numbers. */
    public boolean hasRightChecksum() {
        long unsigned = 0;
        long signed = 0;
        for (int at = 0; at < block.length; at++) {
            boolean isOwn = at >= CHECKSUM_OFFSET && at < CHECKSUM_OFFSET + CHECKSUM_BYTES;
            byte value = isOwn ? (byte) ' ' : block[at];
            unsigned += Byte.toUnsignedInt(value);
            signed += value;
        }
        try {
            long written = TarNumber.signed(block, CHECKSUM_OFFSET, CHECKSUM_BYTES);
            boolean isBinary = block[CHECKSUM_OFFSET] < 0;
            return !isBinary && (written == unsigned || written == signed);
        } catch (BadPackage notANumber) {
            return false;
        }
    }

    /**
     * Makes sure of the numbers that say nothing about an image: at one that is none, Python takes the archive to end,
     * and bsdtar takes it for no archive.
     */
    void requireNumbers() throws BadPackage {
        for (int offset : new int[] {MODE_OFFSET, OWNER_OFFSET, GROUP_OFFSET, MAJOR_OFFSET, MINOR_OFFSET}) {
            if (block[offset] != 0) {
                TarNumber.nearest(block, offset, ID_BYTES);
            }
        }
        modified();
    }

    /** The path as the header has it; bytes that are not UTF-8 become U+FFFD. */
    public String name() {
        String name = text(0, NAME_BYTES);
        String prefix = hasMagic(POSIX_MAGIC) ? text(PREFIX_OFFSET, PREFIX_BYTES) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /**
     * Whether all readers take the same path out of the header. Those of GNU tar have times where others have the first
     * part of a path; Python takes it for one all the same, which is known and not our concern.
     */
    boolean hasOneName() {
        if (hasMagic(POSIX_MAGIC) || text(PREFIX_OFFSET, PREFIX_BYTES).isEmpty()) {
            return true;
        }
        try {
            TarNumber.signed(block, PREFIX_OFFSET, NUMBER_BYTES);
            return isGnu();
        } catch (BadPackage notATime) {
            return false;
        }
    }

    byte type() {
        return block[TYPE_OFFSET];
    }

    /** Bytes of data that follow in the archive. */
    public long size() throws BadPackage {
        return unsigned(SIZE_OFFSET, NUMBER_BYTES);
    }

    /** Seconds since 1970, or the nearest number that there is. */
    long modified() throws BadPackage {
        return TarNumber.nearest(block, MODIFIED_OFFSET, NUMBER_BYTES);
    }

    /** Permission bits alone: a package gives no set-user-id bit to anybody. */
    int mode() throws BadPackage {
        return (int) TarNumber.signed(block, MODE_OFFSET, ID_BYTES) & PERMISSIONS;
    }

    long unsigned(int offset, int length) throws BadPackage {
        return TarNumber.unsigned(block, offset, length);
    }

    boolean isGnu() {
        return hasMagic(GNU_MAGIC);
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
