package ctl.vm.compression;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.xxhash.XxHash64Hasher;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes and reads zstd frames (RFC 8878), with the library that aircompressor brings along. */
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

    /** A stream of frames, to its very end. */
    static final class Stream implements StreamDecompressor {

        private static final int BUFFER_BYTES = 1 << 17;
        private static final int END = -1;

        private final InputStream frames;
        private final byte[] buffer = new byte[BUFFER_BYTES];

        /** @param compressed whose failures are unchecked: they are no damage */
        Stream(InputStream compressed) {
            this.frames = ZstdInputStream.create(compressed);
        }

        /** @throws DamagedData where it is not zstd, is cut off, or would take more than 128 MiB of memory */
        @Override
        public void fill(ByteBuffer target) throws DamagedData {
            for (int count = 0; count != END && target.hasRemaining();) {
                count = read(Math.min(buffer.length, target.remaining()));
                target.put(buffer, 0, Math.max(count, 0));
            }
        }

        private int read(int length) throws DamagedData {
            try {
                return frames.read(buffer, 0, length);
            } catch (MalformedInputException damaged) {
                throw String.valueOf(damaged.getMessage()).contains("too much memory")
                        ? new DamagedData("its window is larger than 128 MiB (--long=27)")
                        : new DamagedData();
            } catch (IOException cutOff) {
                throw new DamagedData("it is cut off");
            }
        }

        @Override
        public void close() {
            try {
                frames.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
