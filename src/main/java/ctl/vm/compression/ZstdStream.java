package ctl.vm.compression;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Decompresses a stream of zstd frames, to its very end. For one thread at a time. */
public final class ZstdStream implements StreamDecompressor {

    private static final int BUFFER_BYTES = 1 << 17;
    private static final int END = -1;

    private final Source source;
    private final InputStream frames;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** @param compressed stays open for its owner */
    public ZstdStream(InputStream compressed) {
        this.source = new Source(compressed);
        this.frames = ZstdInputStream.create(source);
    }

    /**
     * Fills {@code target}, or as much of it as there is left.
     *
     * @throws DamagedData where it is not zstd, is cut off, or would take more than 128 MiB of memory
     * @throws UncheckedIOException what the compressed stream reports
     */
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

    /** The compressed bytes. A failure to read them is no damage, and must not look like it. */
    private static final class Source extends FilterInputStream {

        Source(InputStream compressed) {
            super(compressed);
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            try {
                return super.read(target, offset, length);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public void close() {
            // It stays open for its owner.
        }
    }
}
