package ctl.vm.archive.tar;

import java.io.IOException;
import java.io.OutputStream;

/** A tar archive that is being written: counts its bytes, so that it can fill blocks and records. */
public final class TarOutput {

    private final OutputStream bytes;
    private long written;

    public TarOutput(OutputStream bytes) {
        this.bytes = bytes;
    }

    void write(byte[] block) throws IOException {
        write(block, block.length);
    }

    void write(byte[] source, int length) throws IOException {
        bytes.write(source, 0, length);
        written += length;
    }

    /** Fills with zeros up to a multiple of {@code unitBytes}. */
    void pad(int unitBytes) throws IOException {
        write(new byte[Math.toIntExact(Math.ceilDiv(written, unitBytes) * unitBytes - written)]);
    }

    /** Lets go of what the stream holds. The sink is told to stay open by who made the stream. */
    void close() throws IOException {
        bytes.close();
    }
}
