package ctl.vm.archive.zstd;

import ctl.vm.archive.member.PackedInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * The frames of a zstd file (RFC 8878, section 3.1), one behind the other, as the bytes that they are: it finds the end
 * of each by the lengths of its blocks, and ends behind the last byte of the last one, whatever follows there. The
 * libraries each take bytes behind a frame for a damaged one.
 *
 * <p>Where the file ends within a frame this ends as well: whoever decompresses it finds out.
 */
final class ZstdFrames extends InputStream {

    private static final int END = -1;

    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int LAST_BLOCK = 1;
    private static final int REPEATED_BYTE = 1;
    private static final int CHECKSUM_BYTES = 4;

    /** All but the lowest four bits. */
    private static final int SKIPPABLE_MAGIC = 0x184d_2a50;

    private final PackedInput packed;
    private ZstdFrameHeader frame = ZstdFrameHeader.NONE;

    /** Bytes up to the next header of a block or of a frame. */
    private long left;
    private boolean insideFrame;
    private long frames;
    private boolean allChecked = true;

    /**
     * @param packed at the first frame; left behind the last one. What it reports is unchecked here, to be no damage
     */
    ZstdFrames(PackedInput packed) {
        this.packed = packed;
    }

    /** Whether these were one frame, which says how long its content is or what its checksum is. Only at the end. */
    boolean isOneChecked() {
        return frames == 1 && allChecked;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) == END ? END : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        try {
            int count = 0;
            while (count < length && hasMore()) {
                ByteBuffer part = ByteBuffer.wrap(target, offset + count, (int) Math.min(length - count, left));
                packed.fill(part);
                int taken = part.position() - offset - count;
                count += taken;
                left -= taken;
            }
            return count == 0 && length > 0 ? END : count;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Whether there are bytes of a frame, of which {@link #left} are known. */
    private boolean hasMore() throws IOException {
        while (left == 0) {
            if (!(insideFrame ? startBlock() : startFrame())) {
                return false;
            }
        }
        return packed.hasMore();
    }

    private boolean startFrame() throws IOException {
        ByteBuffer start = packed.peek(ZstdFrameHeader.MOST_BYTES);
        if (start.remaining() >= 2 * Integer.BYTES && (start.getInt(0) & ~0xf) == SKIPPABLE_MAGIC) {
            left = 2 * Integer.BYTES + Integer.toUnsignedLong(start.getInt(Integer.BYTES));
            return true;
        }
        if (!ZstdFrameHeader.isNext(start)) {
            return false;
        }
        frame = ZstdFrameHeader.read(start);
        frames++;
        allChecked &= frame.hasChecksum() || frame.contentSize().isPresent();
        left = frame.bytes();
        insideFrame = true;
        return true;
    }

    private boolean startBlock() throws IOException {
        ByteBuffer start = packed.peek(BLOCK_HEADER_BYTES);
        if (start.remaining() < BLOCK_HEADER_BYTES) {
            left = start.remaining();
            return left > 0;
        }
        int header = Short.toUnsignedInt(start.getShort(0)) | Byte.toUnsignedInt(start.get(2)) << Short.SIZE;
        int size = header >> 3;
        left = BLOCK_HEADER_BYTES + ((header >> 1 & 3) == REPEATED_BYTE ? 1 : size);
        if ((header & LAST_BLOCK) != 0) {
            left += frame.hasChecksum() ? CHECKSUM_BYTES : 0;
            insideFrame = false;
        }
        return true;
    }
}
