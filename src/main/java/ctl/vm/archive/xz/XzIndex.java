package ctl.vm.archive.xz;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.inventory.value.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The blocks of an .xz stream as its index must name them, and the footer behind it (sections 2.1.2 and 4).
 *
 * <p>Of the sizes only a digest is kept: there may be any number of blocks.
 */
final class XzIndex {

    /** What an index begins with, and no block. */
    static final byte INDICATOR = 0;

    private static final byte[] FOOTER_MAGIC = {'Y', 'Z'};
    private static final int MOST_NUMBER_BYTES = 9;
    private static final int GROUP_BITS = 7;

    private final MessageDigest digest = Sha256.algorithm();
    private long count;

    void add(long unpaddedBytes, long size) {
        add(digest, unpaddedBytes, size);
        count++;
    }

    private static void add(MessageDigest digest, long unpaddedBytes, long size) {
        digest.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(unpaddedBytes).putLong(size).flip());
    }

    /**
     * Reads index and footer of the stream.
     *
     * @throws BadPackage where they are damaged, or name other blocks
     */
    void requireSame(PackedInput packed, XzHeader header) throws IOException {
        var index = new Bytes(packed);
        index.next();
        long records = index.number();
        MessageDigest named = Sha256.algorithm();
        for (long record = 0; record < Math.min(records, count); record++) {
            add(named, index.number(), index.number());
        }
        if (records != count || !Arrays.equals(named.digest(), digest.digest())) {
            throw damaged();
        }
        while (index.length % XzBlock.ALIGNMENT_BYTES != 0) {
            require(index.next() == 0);
        }
        require((int) packed.number(Integer.BYTES) == (int) index.checksum.getValue());
        byte[] footer = footer(index.length + Integer.BYTES, header);
        ByteBuffer there = ByteBuffer.allocate(footer.length);
        packed.read(there);
        require(Arrays.equals(there.array(), footer));
    }

    /** An index that names one block alone, and the footer behind it. */
    static byte[] ofOne(long unpaddedBytes, long size, XzHeader header) {
        var index = new ByteArrayOutputStream();
        index.write(INDICATOR);
        index.write(1);
        write(index, unpaddedBytes);
        write(index, size);
        while (index.size() % XzBlock.ALIGNMENT_BYTES != 0) {
            index.write(0);
        }
        index.writeBytes(littleEndian(XzHeader.crc32(index.toByteArray())));
        index.writeBytes(footer(index.size(), header));
        return index.toByteArray();
    }

    /** @param indexBytes with its checksum */
    private static byte[] footer(long indexBytes, XzHeader header) {
        ByteBuffer checked = ByteBuffer.allocate(Integer.BYTES + header.flags().length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (indexBytes / XzBlock.ALIGNMENT_BYTES - 1)).put(header.flags());
        var footer = new ByteArrayOutputStream();
        footer.writeBytes(littleEndian(XzHeader.crc32(checked.array())));
        footer.writeBytes(checked.array());
        footer.writeBytes(FOOTER_MAGIC);
        return footer.toByteArray();
    }

    private static byte[] littleEndian(int number) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
    }

    private static void write(ByteArrayOutputStream target, long number) {
        long left = number;
        while (left > 0x7f) {
            target.write((int) (left & 0x7f | 0x80));
            left >>>= GROUP_BITS;
        }
        target.write((int) left);
    }

    /** A number in groups of seven bits, lowest first (section 1.2). */
    static long number(ByteBuffer source) throws BadPackage {
        int start = source.position();
        long number = 0;
        byte group;
        do {
            int index = source.position() - start;
            require(source.hasRemaining() && index < MOST_NUMBER_BYTES);
            group = source.get();
            require(group != 0 || index == 0);
            number |= (long) (group & 0x7f) << index * GROUP_BITS;
        } while (group < 0);
        return number;
    }

    private static void require(boolean isSound) throws BadPackage {
        if (!isSound) {
            throw damaged();
        }
    }

    private static BadPackage damaged() {
        return new BadPackage("is damaged: its index is wrong");
    }

    /** The bytes of an index, counted and digested. */
    private static final class Bytes {

        private final PackedInput packed;
        private final CRC32 checksum = new CRC32();
        private long length;

        Bytes(PackedInput packed) {
            this.packed = packed;
        }

        int next() throws IOException {
            int value = packed.next();
            checksum.update(value);
            length++;
            return value;
        }

        long number() throws IOException {
            ByteBuffer groups = ByteBuffer.allocate(MOST_NUMBER_BYTES);
            int group;
            do {
                require(groups.hasRemaining());
                group = next();
                groups.put((byte) group);
            } while (group > 0x7f);
            return XzIndex.number(groups.flip());
        }
    }
}
