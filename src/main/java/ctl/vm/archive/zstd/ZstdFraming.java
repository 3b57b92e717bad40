package ctl.vm.archive.zstd;

import ctl.vm.archive.member.Framing;
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
 */
public final class ZstdFraming implements Framing {

    /** So much that a frame is as small as its share of a single one. */
    private static final int CONTENT_BYTES = 4 * ImageDigest.WINDOW_BYTES;

    private static final int LENGTH_FRAME = 0x184d_2a50;
    private static final int OUR_FRAME = 0x184d_2a5c;
    private static final byte[] OUR_NAME = {'C', 'V'};
    private static final int SKIPPABLE_HEADER_BYTES = 8;

    private final BlockCompressor zstd;

    public ZstdFraming(BlockCompressor zstd) {
        this.zstd = zstd;
    }

    @Override
    public int contentBytes() {
        return CONTENT_BYTES;
    }

    @Override
    public byte[] opening() {
        return ours(new byte[0]);
    }

    @Override
    public int maximumBytes(int contentBytes) {
        return SKIPPABLE_HEADER_BYTES + Integer.BYTES + zstd.maximumBytes(contentBytes);
    }

    @Override
    public void frame(ByteBuffer content, ByteBuffer member, boolean first) {
        member.order(ByteOrder.LITTLE_ENDIAN).putInt(LENGTH_FRAME).putInt(Integer.BYTES);
        int lengthAt = member.position();
        member.putInt(0);
        int start = member.position();
        zstd.compress(content, member);
        member.putInt(lengthAt, member.position() - start);
    }

    @Override
    public boolean isSealed() {
        return true;
    }

    @Override
    public byte[] closing(long members, Sha256 digest) {
        ByteBuffer end = ByteBuffer.allocate(Long.BYTES + digest.bytes().length).order(ByteOrder.LITTLE_ENDIAN);
        return ours(end.putLong(members).put(digest.bytes()).array());
    }

    @Override
    public void close() {
        zstd.close();
    }

    private static byte[] ours(byte[] content) {
        int length = OUR_NAME.length + Short.BYTES + content.length;
        return ByteBuffer.allocate(SKIPPABLE_HEADER_BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(OUR_FRAME)
                .putInt(length)
                .put(OUR_NAME)
                .putShort(VERSION)
                .put(content)
                .array();
    }
}
