package ctl.vm.compression;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdJavaInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Makes and reads zstd frames (RFC 8878) in Java, where {@link Libzstd} cannot be loaded: it takes several times as
 * long.
 */
final class JavaZstd {

    private JavaZstd() {}

    /** Makes frames that hold the size and a checksum of their content. It knows one level. */
    static final class Compressor implements BlockCompressor {

        private final ZstdJavaCompressor zstd = new ZstdJavaCompressor();

        @Override
        public int maximumBytes(int blockBytes) {
            return zstd.maxCompressedLength(blockBytes) + Integer.BYTES;
        }

        @Override
        public void compress(ByteBuffer block, ByteBuffer target) {
            int count = zstd.compress(MemorySegment.ofBuffer(block), MemorySegment.ofBuffer(target));
            target.position(target.position() + count);
            block.position(block.limit());
        }

        /** It holds no memory outside Java's heap. */
        @Override
        public void close() {}
    }

    static final class Decompressor implements BlockDecompressor {

        private final ZstdJavaDecompressor zstd = new ZstdJavaDecompressor();

        @Override
        public void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
            try {
                int count = zstd.decompress(MemorySegment.ofBuffer(compressed), MemorySegment.ofBuffer(target));
                target.position(target.position() + count);
            } catch (MalformedInputException | IllegalArgumentException damaged) {
                throw new DamagedData();
            }
        }

        /** It holds no memory outside Java's heap. */
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
            this.frames = new ZstdJavaInputStream(compressed);
        }

        /** @throws DamagedData where it is not zstd, is cut off, or has a window that is too large */
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
                throw String.valueOf(damaged.getMessage()).contains("Window size too large")
                        ? new DamagedData("its window is larger than can be read without libzstd")
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
