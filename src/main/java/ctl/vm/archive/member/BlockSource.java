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

    /**
     * Whether the compressed data was a single stream, with an end of its own and a checksum or length that is right:
     * from such a one nothing can have been cut off. Of several in a row, some may be missing. Only where there is no
     * further block.
     */
    default boolean isWhole() {
        return false;
    }

    /**
     * Reads what stands behind the data, to the end of the file. Only where there is no further block; once.
     *
     * @param watcher called again and again
     */
    default Trailer trailer(Runnable watcher) throws IOException {
        return Trailer.NONE;
    }

    /** Gives back memory and threads; the package's bytes stay open for their owner. */
    @Override
    default void close() {}
}
