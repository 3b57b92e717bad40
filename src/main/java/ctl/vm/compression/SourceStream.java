package ctl.vm.compression;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A {@link ByteSource} as libraries in Java want it, without a byte taken too many. It keeps what the source threw. */
final class SourceStream extends InputStream {

    private final ByteSource source;
    private Optional<IOException> failure = Optional.empty();

    SourceStream(ByteSource source) {
        this.source = source;
    }

    /** Throws what the source threw: that there are no more bytes is no fault of those that came. */
    void requireNoFailure() throws IOException {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    @Override
    public int read() throws IOException {
        return Byte.toUnsignedInt(buffered().get());
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        ByteBuffer there = buffered();
        int count = Math.min(length, there.remaining());
        there.get(target, offset, count);
        return count;
    }

    private ByteBuffer buffered() throws IOException {
        try {
            return source.buffered();
        } catch (IOException failed) {
            failure = Optional.of(failed);
            throw failed;
        }
    }
}
