package ctl.vm.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;

/** The tar archive that is in a package, compressed or not: its first bytes tell. */
final class UnpackedInput extends InputStream {

    private static final int MAGIC_BYTES = Short.BYTES;

    private final PushbackInputStream bytes;
    private Optional<GzipInput> gzip = Optional.empty();
    private boolean started;

    UnpackedInput(InputStream bytes) {
        this.bytes = new PushbackInputStream(bytes, MAGIC_BYTES);
    }

    @Override
    public int read() throws IOException {
        return unpacked().read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return unpacked().read(target, offset, length);
    }

    /** Frees the memory of the decompressor; the package's bytes stay open for their owner. */
    @Override
    public void close() {
        gzip.ifPresent(GzipInput::close);
    }

    private InputStream unpacked() throws IOException {
        if (!started) {
            started = true;
            byte[] start = bytes.readNBytes(MAGIC_BYTES);
            bytes.unread(start);
            gzip = GzipSource.isGzip(start) ? Optional.of(new GzipInput(bytes)) : Optional.empty();
        }
        return gzip.isPresent() ? gzip.get() : bytes;
    }
}
