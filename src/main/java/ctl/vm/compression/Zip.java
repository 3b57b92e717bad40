package ctl.vm.compression;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Deflates and inflates with what every Java has. */
final class Zip {

    private static final boolean WITHOUT_HEADER = true;

    private Zip() {}

    static final class Compressor implements BlockCompressor {

        private final Deflater deflater;

        /** @param level 1 and more; more than 9 is as good as 9 */
        Compressor(int level) {
            this.deflater = new Deflater(Math.min(level, Deflater.BEST_COMPRESSION), WITHOUT_HEADER);
        }

        /** As zlib's compressBound: stored blocks of 16 KiB and more, with five bytes of header each. */
        @Override
        public int maximumBytes(int blockBytes) {
            return blockBytes + (blockBytes >> 12) + (blockBytes >> 14) + (blockBytes >> 25) + 64;
        }

        @Override
        public void compress(ByteBuffer block, ByteBuffer target) {
            deflater.reset();
            deflater.setInput(block);
            deflater.finish();
            while (!deflater.finished()) {
                if (deflater.deflate(target) == 0 && !target.hasRemaining()) {
                    throw new IllegalStateException("a deflated block is larger than it can be");
                }
            }
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    static final class Decompressor implements BlockDecompressor, StreamInflater {

        private final Inflater inflater = new Inflater(WITHOUT_HEADER);

        @Override
        public void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
            inflater.reset();
            ByteBuffer source = compressed.duplicate();
            step(source, target);
            // Where the target is full exactly, the end of the stream may still have to be read.
            boolean more = !inflater.finished() && step(source, ByteBuffer.allocate(1)) > 0;
            if (more || !inflater.finished() || source.hasRemaining()) {
                throw new DamagedData();
            }
        }

        @Override
        public void reset() {
            inflater.reset();
        }

        @Override
        public boolean inflate(ByteBuffer source, ByteBuffer target) throws DamagedData {
            step(source, target);
            return inflater.finished();
        }

        private int step(ByteBuffer source, ByteBuffer target) throws DamagedData {
            inflater.setInput(source);
            try {
                int count = inflater.inflate(target);
                if (inflater.needsDictionary()) {
                    throw new DamagedData();
                }
                return count;
            } catch (DataFormatException damaged) {
                throw new DamagedData();
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
