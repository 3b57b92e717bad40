package ctl.vm.archive.member;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The tar archive in a package, piece by piece. Its bytes are proved only when there is no further piece. */
public interface BlockSource extends AutoCloseable {

    /** The next piece; empty behind the last one. It is valid until this is called again. */
    Optional<ByteBuffer> next() throws IOException;

    /**
     * Passes over a piece without unpacking it, if that is possible and it is no longer than this.
     *
     * @return its length in bytes; 0 where there is no such piece
     */
    default long hop(long atMost) throws IOException {
        return 0;
    }

    /** Gives back memory and threads; the package's bytes stay open for their owner. */
    @Override
    void close();
}
