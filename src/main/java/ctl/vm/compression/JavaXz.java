package ctl.vm.compression;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.SingleXZInputStream;
import org.tukaani.xz.UnsupportedOptionsException;

/** XZ for Java, where the system has no {@link Liblzma}: it takes two to three times as long. */
final class JavaXz {

    /** On Java's heap, which is small: enough for the largest level of xz, with a dictionary of 64 MiB. */
    private static final int LARGEST_MEMORY_KIB = 100 << 10;

    private JavaXz() {}

    /** One .xz stream. */
    static StreamDecompressor xz(ByteSource source) {
        return new Stream(new SourceStream(source), bytes -> new SingleXZInputStream(bytes, LARGEST_MEMORY_KIB));
    }

    /** One .lzma stream. */
    static StreamDecompressor lzma(ByteSource source) {
        return new Stream(new SourceStream(source), bytes -> new LZMAInputStream(bytes, LARGEST_MEMORY_KIB));
    }

    private interface Opening {
        /** Reads the header. */
        InputStream open(InputStream compressed) throws IOException;
    }

    private static final class Stream implements StreamDecompressor {

        private static final int BUFFER_BYTES = 1 << 16;
        private static final int END = -1;

        private final SourceStream bytes;
        private final Opening opening;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private InputStream content = InputStream.nullInputStream();
        private boolean started;
        private boolean ended;

        Stream(SourceStream bytes, Opening opening) {
            this.bytes = bytes;
            this.opening = opening;
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
            } catch (IOException damaged) {
                bytes.requireNoFailure();
                throw new DamagedData();
            }
        }
    }
}
