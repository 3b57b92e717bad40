package ctl.vm.compression;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/**
 * A stream that Commons Compress decompresses, where {@link Libbz2} or {@link Liblz4} cannot be loaded: lz4 takes it
 * many times as long.
 */
final class CommonsStream implements StreamDecompressor {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int END = -1;

    private final SourceStream bytes;
    private final Opening opening;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private InputStream content = InputStream.nullInputStream();
    private boolean started;
    private boolean ended;

    private interface Opening {
        /** Reads the header, and more than that. */
        InputStream open(InputStream compressed) throws IOException;
    }

    private CommonsStream(ByteSource source, Opening opening) {
        this.bytes = new SourceStream(source);
        this.opening = opening;
    }

    /** @param compressed one stream, and nothing else */
    static StreamDecompressor bzip2(ByteBuffer compressed) {
        ByteBuffer left = compressed.duplicate();
        return new CommonsStream(() -> requireMore(left), BZip2CompressorInputStream::new);
    }

    private static ByteBuffer requireMore(ByteBuffer left) throws DamagedData {
        if (!left.hasRemaining()) {
            throw new DamagedData();
        }
        return left;
    }

    /** One frame. Unlike {@link Liblz4} it does not prove the length that a frame may have. */
    static StreamDecompressor lz4(ByteSource source) {
        return new CommonsStream(source, FramedLZ4CompressorInputStream::new);
    }

    @Override
    public void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining() && !ended) {
            int count = read(Math.min(buffer.length, target.remaining()));
            target.put(buffer, 0, Math.max(count, 0));
            ended = count == END;
        }
    }

    private int read(int length) throws IOException {
        try {
            if (!started) {
                content = opening.open(bytes);
                started = true;
            }
            return content.read(buffer, 0, length);
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException damaged) { // some damage is found by an array only
            bytes.requireNoFailure();
            throw new DamagedData();
        }
    }
}
