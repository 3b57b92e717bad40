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

    /** Gives back its memory. The compressed bytes stay open for their owner. */
    @Override
    default void close() {}
}
