package ctl.vm.archive.tar;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.PackedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar archive that is being read: blocks of 512 bytes, strictly in order, each of them whole. */
public final class TarInput {

    public static final int BLOCK_BYTES = TarConstants.DEFAULT_RCDSIZE;

    private static final byte[] ZEROS = new byte[1 << 16];

    private final BlockSource pieces;
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private Runnable watcher = () -> {};

    public TarInput(BlockSource pieces) {
        this.pieces = pieces;
    }

    static boolean isZero(byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; done += ZEROS.length) {
            int part = Math.min(ZEROS.length, length - done);
            if (!Arrays.equals(bytes, offset + done, offset + done + part, ZEROS, 0, part)) {
                return false;
            }
        }
        return true;
    }

    /** The next block, or fewer bytes where the archive ends; none at its very end. */
    byte[] blockOrEnd() throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        readOrEnd(block);
        return Arrays.copyOf(block.array(), block.position());
    }

    public byte[] block() throws IOException {
        return bytes(BLOCK_BYTES);
    }

    /** Fills the buffer. */
    public void read(ByteBuffer target) throws IOException {
        readOrEnd(target);
        if (target.hasRemaining()) {
            throw PackedInput.cutOff();
        }
    }

    /** The data of a member that describes another one; {@code length} has been checked by the caller. */
    byte[] body(int length) throws IOException {
        byte[] body = bytes(length);
        skip(padding(length));
        return body;
    }

    /** @param called again and again while bytes are passed over */
    public void onProgress(Runnable called) {
        watcher = called;
    }

    /** Passes over bytes. Whole pieces among them need not be unpacked. */
    public void skip(long length) throws IOException {
        for (long left = length; left > 0;) {
            if (!piece.hasRemaining()) {
                left -= hop(left);
            }
            if (left > 0 && !hasMore()) {
                throw PackedInput.cutOff();
            }
            int count = (int) Math.min(left, piece.remaining());
            piece.position(piece.position() + count);
            left -= count;
            watcher.run();
        }
    }

    /** Bytes between the data of a member and the next block. */
    public static int padding(long length) {
        return (int) (-length & (BLOCK_BYTES - 1));
    }

    /** Reads up to the last byte of the archive; returns whether nothing but zeros was there. */
    public boolean restIsZero() throws IOException {
        boolean zero = true;
        while (zero && hasMore()) {
            ByteBuffer some = ByteBuffer.allocate(Math.min(ZEROS.length, piece.remaining()));
            readOrEnd(some);
            zero = isZero(some.array(), 0, some.position());
        }
        return zero;
    }

    private byte[] bytes(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        read(bytes);
        return bytes.array();
    }

    private void readOrEnd(ByteBuffer target) throws IOException {
        while (target.hasRemaining() && hasMore()) {
            int count = Math.min(target.remaining(), piece.remaining());
            target.put(piece.slice(piece.position(), count));
            piece.position(piece.position() + count);
        }
    }

    /** What is left of the piece at hand must have been read. */
    private long hop(long atMost) throws IOException {
        piece = ByteBuffer.allocate(0);
        long hopped = 0;
        for (long more = pieces.hop(atMost); more > 0; more = pieces.hop(atMost - hopped)) {
            hopped += more;
            watcher.run();
        }
        return hopped;
    }

    private boolean hasMore() throws IOException {
        while (!piece.hasRemaining()) {
            Optional<ByteBuffer> next = pieces.next();
            if (next.isEmpty()) {
                return false;
            }
            piece = next.get();
        }
        return true;
    }
}
