package ctl.vm.archive.member;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The tar archive in a package, block by block. Its bytes are proved only when there is no further block. */
public interface BlockSource extends AutoCloseable {

    /** The next block; empty behind the last one. It is valid until this is called again. */
    Optional<ByteBuffer> next() throws IOException;

    /**
     * Passes over a block without unpacking it, if that is possible and it is no longer than this.
     *
     * @return its length in bytes; 0 where there is no such block
     */
    default long skip(long atMost) throws IOException {
        return 0;
    }

    /** Gives back memory and threads; the package's bytes stay open for their owner. */
    @Override
    default void close() {}
}
