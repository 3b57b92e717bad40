package ctl.vm.compression;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.xxhash.XxHash64Hasher;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes and reads zstd frames that are whole in memory (RFC 8878), with the library that aircompressor brings along. */
final class Zstd {

    private Zstd() {}

    /**
     * Makes frames that hold the size and a checksum of their content.
     *
     * <p>The library writes no checksum when it is given a whole block, so it is added here: a bit in the frame's header
     * says that it is there, and it stands at the frame's end.
     */
    static final class Compressor implements BlockCompressor {

        /** Behind the magic number. */
        private static final int DESCRIPTOR_OFFSET = 4;

        private static final int DESCRIPTOR_CHECKSUM = 4;
        private static final int CHECKSUM_BYTES = 4;

        private final ZstdCompressor zstd;

        Compressor(int level) {
            this.zstd = ZstdCompressor.create(level);
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

    /** For several threads. */
    static final class Decompressor implements BlockDecompressor {

        private final ZstdDecompressor zstd = ZstdDecompressor.create();

        @Override
        public void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
            try {
                int count = zstd.decompress(MemorySegment.ofBuffer(compressed), MemorySegment.ofBuffer(target));
                target.position(target.position() + count);
            } catch (MalformedInputException | IllegalArgumentException damaged) {
                throw new DamagedData();
            }
        }

        /** The library keeps its memory for the next one. */
        @Override
        public void close() {}
    }
}
