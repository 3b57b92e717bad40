package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.Trailer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** A tar archive that is being read: tar blocks of 512 bytes, strictly in order, each of them whole. */
public final class TarInput {

    public static final int BLOCK_BYTES = 512;

    private final BlockSource source;
    private ByteBuffer unpacked = ByteBuffer.allocate(0);
    private boolean ended;
    private Optional<Trailer> trailer = Optional.empty();
    private Runnable watcher = () -> {};

    public TarInput(BlockSource source) {
        this.source = source;
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
            throw cutOff();
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

    /** Passes over bytes. Whole blocks among them need not be unpacked. */
    public void skip(long length) throws IOException {
        for (long left = length; left > 0;) {
            if (!unpacked.hasRemaining()) {
                left -= skipBlocks(left);
            }
            if (left > 0 && !hasMore()) {
                throw cutOff();
            }
            int count = (int) Math.min(left, unpacked.remaining());
            unpacked.position(unpacked.position() + count);
            left -= count;
            watcher.run();
        }
    }

    /** Bytes between the data of a member and the next block. */
    public static int padding(long length) {
        return (int) (-length & (BLOCK_BYTES - 1));
    }

    /** What stands in the file behind the archive, when its last byte has been read. */
    Trailer trailer() throws IOException {
        if (trailer.isEmpty()) {
            trailer = Optional.of(source.trailer(watcher));
        }
        return trailer.get();
    }

    /**
     * Whether nothing can have been cut off from the archive, as the compressed data around it is whole. Only at its
     * end.
     */
    boolean isWhole() throws IOException {
        return source.isWhole() && trailer().equals(Trailer.NONE);
    }

    /** Why the archive ends too early. */
    private BadPackage cutOff() throws IOException {
        return trailer().others() > 0 ? BadPackage.endsTooEarly(trailer().others()) : BadPackage.cutOff();
    }

    private byte[] bytes(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        read(bytes);
        return bytes.array();
    }

    private void readOrEnd(ByteBuffer target) throws IOException {
        while (target.hasRemaining() && hasMore()) {
            int count = Math.min(target.remaining(), unpacked.remaining());
            target.put(unpacked.slice(unpacked.position(), count));
            unpacked.position(unpacked.position() + count);
        }
    }

    /** What is left of the block at hand must have been read. */
    private long skipBlocks(long atMost) throws IOException {
        unpacked = ByteBuffer.allocate(0);
        long skipped = 0;
        for (long more = source.skip(atMost); more > 0; more = source.skip(atMost - skipped)) {
            skipped += more;
            watcher.run();
        }
        return skipped;
    }

    private boolean hasMore() throws IOException {
        while (!unpacked.hasRemaining()) {
            Optional<ByteBuffer> next = ended ? Optional.empty() : source.next();
            if (next.isEmpty()) {
                ended = true;
                return false;
            }
            unpacked = next.get();
        }
        return true;
    }
}
