package ctl.vm.compression;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.SingleXZInputStream;
import org.tukaani.xz.UnsupportedOptionsException;

/**
 * A stream that a library in Java decompresses, where {@link Liblzma}, {@link Libbz2} or {@link Liblz4} cannot be
 * loaded: XZ for Java takes two to three times as long, the lz4 of Commons Compress many times.
 */
final class JavaStream implements StreamDecompressor {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int END = -1;

    /** On Java's heap, which is small: enough for the largest level of xz, with a dictionary of 64 MiB. */
    private static final int LARGEST_MEMORY_KIB = 100 << 10;

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

    private JavaStream(ByteSource source, Opening opening) {
        this.bytes = new SourceStream(source);
        this.opening = opening;
    }

    /** One .xz stream. */
    static StreamDecompressor xz(ByteSource source) {
        return new JavaStream(source, bytes -> new SingleXZInputStream(bytes, LARGEST_MEMORY_KIB));
    }

    /** One .lzma stream. */
    static StreamDecompressor lzma(ByteSource source) {
        return new JavaStream(source, bytes -> new LZMAInputStream(bytes, LARGEST_MEMORY_KIB));
    }

    /** @param compressed one stream, and nothing else */
    static StreamDecompressor bzip2(ByteBuffer compressed) {
        ByteBuffer left = compressed.duplicate();
        return new JavaStream(() -> requireMore(left), BZip2CompressorInputStream::new);
    }

    private static ByteBuffer requireMore(ByteBuffer left) throws DamagedData {
        if (!left.hasRemaining()) {
            throw new DamagedData();
        }
        return left;
    }

    /** One frame. Unlike {@link Liblz4} it does not prove the length that a frame may have. */
    static StreamDecompressor lz4(ByteSource source) {
        return new JavaStream(source, FramedLZ4CompressorInputStream::new);
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
        } catch (MemoryLimitException large) {
            throw Compressors.tooLargeForLzma(large.getMemoryNeeded() >> 10, LARGEST_MEMORY_KIB >> 10);
        } catch (UnsupportedOptionsException unknown) {
            throw new DamagedData("it is compressed in an unknown way");
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException damaged) {
            // Commons Compress finds some damage by an array only.
            bytes.requireNoFailure();
            throw new DamagedData();
        }
    }
}
