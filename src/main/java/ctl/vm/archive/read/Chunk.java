package ctl.vm.archive.read;

import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.HashedChunk;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.Zeros;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** A chunk of an image (see {@link ImageDigest}) that is filled from front to back, in memory. */
final class Chunk implements AutoCloseable {

    /** The granularity of holes on common filesystems. */
    private static final int BLOCK_BYTES = 4096;

    private final ReusableBuffer buffer = new ReusableBuffer();
    private ByteBuffer content = buffer.lend(0);
    private long start;

    /** Begins with another chunk, all zeros. @param size of the image */
    void open(long number, long size) {
        start = number * ImageDigest.CHUNK_BYTES;
        content = buffer.lend((int) Math.min(ImageDigest.CHUNK_BYTES, size - start));
    }

    long number() {
        return start / ImageDigest.CHUNK_BYTES;
    }

    long end() {
        return start + content.capacity();
    }

    /** Takes the next bytes of data. @param position in the image: in this chunk, and behind all that it has taken */
    void take(TarInput data, long position, int length) throws IOException {
        zeroTo((int) (position - start));
        content.limit(content.position() + length);
        data.read(content);
        content.limit(content.capacity());
    }

    /** Takes what comes until it is full, or ends where that ends; returns how many bytes that are. */
    int take(RawInput input) throws IOException {
        input.read(content);
        content = content.slice(0, content.position());
        content.position(content.capacity());
        return content.capacity();
    }

    /** The bytes that it begins with. */
    ByteBuffer start() {
        return content.slice(0, Math.min(content.capacity(), FileFormat.SECTOR_BYTES));
    }

    /** Ends it: what it was not given is zeros. */
    void complete() {
        zeroTo(content.capacity());
    }

    private void zeroTo(int end) {
        MemorySegment.ofBuffer(content.slice(content.position(), end - content.position())).fill((byte) 0);
        content.position(end);
    }

    boolean isZero() {
        return Zeros.isAllZero(content.duplicate().clear());
    }

    HashedChunk hashed() {
        return new HashedChunk(number(), Sha256.over(content.duplicate().flip()));
    }

    /**
     * Writes it to its place, but for its disk blocks of zeros, in as few writes as possible; returns how many bytes.
     */
    int write(DiskFile target) {
        int from = 0;
        int written = 0;
        for (int block = 0; block < content.capacity(); block += BLOCK_BYTES) {
            int end = Math.min(block + BLOCK_BYTES, content.capacity());
            if (Zeros.isAllZero(content.slice(block, end - block))) {
                written += write(target, from, block);
                from = end;
            }
        }
        return written + write(target, from, content.capacity());
    }

    private int write(DiskFile target, int from, int end) {
        if (from < end) {
            target.write(content.slice(from, end - from), start + from);
        }
        return end - from;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
