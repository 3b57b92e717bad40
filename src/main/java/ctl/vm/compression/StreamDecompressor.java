package ctl.vm.compression;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A compressed stream that can only be read from its front to its end, by one thread. */
public interface StreamDecompressor extends AutoCloseable {

    /**
     * Fills the target, or as much of it as there is left.
     *
     * @param target a direct buffer
     * @throws DamagedData where it is not what it should be
     */
    void fill(ByteBuffer target) throws IOException;

    /**
     * Whether all that was decompressed was a single stream, with an end of its own and a checksum or length that is
     * right: from such a one nothing can have been cut off. Only when its end was reached.
     */
    default boolean isWhole() {
        return false;
    }

    /** Gives back its memory. The compressed bytes stay open for their owner. */
    @Override
    default void close() {}
}
