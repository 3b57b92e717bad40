package ctl.vm.archive.zstd;

import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.MemberWriter;
import ctl.vm.compression.BlockCompressor;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A zstd file of many frames (RFC 8878), which any zstd reads one behind the other.
 *
 * <p>Before each stands a skippable frame that says how long it is, as pzstd has it: readers that know it unpack in
 * parallel. A skippable frame of ours opens the file and another one closes it, with the count of the frames and the
 * digest of them all; the frame with a length belongs to the one behind it.
 *
 * <pre>
 * each     184D2A50 4  frame-length   and the frame, with size and checksum of its content
 * first    184D2A5C 4  "CV" version
 * last     184D2A5C 44 "CV" version count digest
 * </pre>
 */
public final class ZstdFrameWriter implements MemberWriter {

    static final int LENGTH_FRAME = 0x184d_2a50;
    static final int OUR_FRAME = 0x184d_2a5c;
    static final short OUR_NAME = 'C' | 'V' << Byte.SIZE;
    static final int SKIPPABLE_HEADER_BYTES = 8;
    static final int OPENING_BYTES = SKIPPABLE_HEADER_BYTES + 2 * Short.BYTES;
    static final int LENGTH_BYTES = SKIPPABLE_HEADER_BYTES + Integer.BYTES;

    /** So much that a frame is as small as its share of a single one. */
    private static final int BLOCK_BYTES = 4 * ImageDigest.CHUNK_BYTES;

    private final BlockCompressor zstd;

    public ZstdFrameWriter(BlockCompressor zstd) {
        this.zstd = zstd;
    }

    @Override
    public int blockBytes() {
        return BLOCK_BYTES;
    }

    @Override
    public byte[] opening() {
        return ours(new byte[0]);
    }

    @Override
    public int maximumBytes(int blockBytes) {
        return LENGTH_BYTES + zstd.maximumBytes(blockBytes);
    }

    @Override
    public void frame(ByteBuffer block, ByteBuffer member, boolean first) {
        member.order(ByteOrder.LITTLE_ENDIAN).putInt(LENGTH_FRAME).putInt(Integer.BYTES);
        int lengthAt = member.position();
        member.putInt(0);
        zstd.compress(block, member);
        member.putInt(lengthAt, member.position() - lengthAt - Integer.BYTES);
    }

    @Override
    public boolean isSealed() {
        return true;
    }

    @Override
    public byte[] closing(long members, Sha256 digest) {
        return ours(new MemberDigestChain(members, digest).bytes());
    }

    @Override
    public void close() {
        zstd.close();
    }

    private static byte[] ours(byte[] content) {
        return ByteBuffer.allocate(OPENING_BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(OUR_FRAME)
                .putInt(2 * Short.BYTES + content.length)
                .putShort(OUR_NAME)
                .putShort(VERSION)
                .put(content)
                .array();
    }
}
