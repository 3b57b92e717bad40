package ctl.vm.archive.gzip;

import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.MemberWriter;
import ctl.vm.compression.BlockCompressor;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * A gzip file of many members (RFC 1952), which any gzip reads one behind the other.
 *
 * <p>An extra field of each says how long its deflate data is, as MiGz has it: readers that know it find the next
 * member without inflating. Ours have a second field, of their own: in the first member it says that there will be a
 * last one, and in that one, which is empty, how many came before it and the digest of them all. Without it a package
 * that is cut off between two members would look whole to everybody.
 *
 * <pre>
 * each    1f 8b 08 04  time 0  00 ff  length of the extra field   "MZ" 4 deflate-length
 * first                                                           "MZ" 4 deflate-length  "CV" 2 version
 * last                                                            "MZ" 4 2               "CV" 42 version count digest
 * </pre>
 */
public final class GzipMemberWriter implements MemberWriter {

    /** Up to the length of the extra field. */
    static final int HEADER_BYTES = 12;

    static final int SUBFIELD_HEADER_BYTES = 4;

    /** Checksum and size, behind the deflate data. */
    static final int TRAILER_BYTES = 8;

    /** Magic, method and flags: deflate data, and nothing in the header but an extra field. */
    static final int DEFLATED_WITH_EXTRA = 0x0408_8b1f;

    static final short LENGTH_FIELD = 'M' | 'Z' << Byte.SIZE;
    static final short OUR_FIELD = 'C' | 'V' << Byte.SIZE;

    private static final short UNKNOWN_SYSTEM = (short) 0xff00;

    /** A deflate stream that holds nothing. */
    private static final byte[] EMPTY = {3, 0};

    private final BlockCompressor deflate;

    public GzipMemberWriter(BlockCompressor deflate) {
        this.deflate = deflate;
    }

    @Override
    public int maximumBytes(int blockBytes) {
        return HEADER_BYTES + 2 * SUBFIELD_HEADER_BYTES + Integer.BYTES + Short.BYTES
                + deflate.maximumBytes(blockBytes) + TRAILER_BYTES;
    }

    @Override
    public void frame(ByteBuffer block, ByteBuffer member, boolean first) {
        var checksum = new CRC32();
        checksum.update(block.duplicate());
        int length = block.remaining();
        int lengthAt = header(member, first ? Short.BYTES : 0);
        if (first) {
            member.putShort(VERSION);
        }
        int start = member.position();
        deflate.compress(block, member);
        member.putInt(lengthAt, member.position() - start);
        member.putInt((int) checksum.getValue()).putInt(length);
    }

    @Override
    public boolean isSealed() {
        return true;
    }

    @Override
    public byte[] closing(long members, Sha256 digest) {
        int ourBytes = Short.BYTES + MemberDigestChain.BYTES;
        ByteBuffer member = ByteBuffer.allocate(HEADER_BYTES + 2 * SUBFIELD_HEADER_BYTES + Integer.BYTES + ourBytes
                + EMPTY.length + TRAILER_BYTES);
        int lengthAt = header(member, ourBytes);
        member.putInt(lengthAt, EMPTY.length);
        member.putShort(VERSION).put(new MemberDigestChain(members, digest).bytes());
        member.put(EMPTY).putInt(0).putInt(0);
        return member.array();
    }

    @Override
    public void close() {
        deflate.close();
    }

    /**
     * @param ourBytes how many will follow in a field of ours; 0 for no such field.
     *
     * @return where the deflate length belongs
     */
    private static int header(ByteBuffer member, int ourBytes) {
        int extraBytes = SUBFIELD_HEADER_BYTES + Integer.BYTES + (ourBytes > 0 ? SUBFIELD_HEADER_BYTES + ourBytes : 0);
        member.order(ByteOrder.LITTLE_ENDIAN).putInt(DEFLATED_WITH_EXTRA).putInt(0).putShort(UNKNOWN_SYSTEM);
        member.putShort((short) extraBytes).putShort(LENGTH_FIELD).putShort((short) Integer.BYTES);
        int lengthAt = member.position();
        member.putInt(0);
        if (ourBytes > 0) {
            member.putShort(OUR_FIELD).putShort((short) ourBytes);
        }
        return lengthAt;
    }
}
