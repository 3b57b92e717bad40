package ctl.vm.compression;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** Deflates with what every Java has. */
final class ZipCompressor implements BlockCompressor {

    private static final boolean WITHOUT_HEADER = true;

    private final Deflater deflater;

    /** @param level 1 and more; more than 9 is as good as 9 */
    ZipCompressor(int level) {
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
