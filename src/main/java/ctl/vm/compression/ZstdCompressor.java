package ctl.vm.compression;

import io.airlift.compress.v3.xxhash.XxHash64Hasher;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes zstd frames that hold the size and a checksum of their content (RFC 8878).
 *
 * <p>The library writes no checksum when it is given a whole block, so it is added here: a bit in the frame's header says
 * that it is there, and it stands at the frame's end.
 */
final class ZstdCompressor implements BlockCompressor {

    /** Behind the magic number. */
    private static final int DESCRIPTOR_OFFSET = 4;

    private static final int DESCRIPTOR_CHECKSUM = 4;
    private static final int CHECKSUM_BYTES = 4;

    private final io.airlift.compress.v3.zstd.ZstdCompressor zstd;

    ZstdCompressor(int level) {
        this.zstd = io.airlift.compress.v3.zstd.ZstdCompressor.create(level);
    }

    @Override
    public int maximumBytes(int blockBytes) {
        return zstd.maxCompressedLength(blockBytes) + CHECKSUM_BYTES;
    }

    @Override
    public void compress(ByteBuffer block, ByteBuffer target) {
        MemorySegment content = MemorySegment.ofBuffer(block);
        int start = target.position();
        int count = zstd.compress(content, MemorySegment.ofBuffer(target));
        int descriptor = start + DESCRIPTOR_OFFSET;
        target.put(descriptor, (byte) (target.get(descriptor) | DESCRIPTOR_CHECKSUM));
        target.position(start + count);
        target.order(ByteOrder.LITTLE_ENDIAN).putInt((int) XxHash64Hasher.hash(content));
        block.position(block.limit());
    }

    /** What it holds is given back when it is no longer reachable: there is no other way. */
    @Override
    public void close() {}
}
