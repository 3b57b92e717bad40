package ctl.vm.compression;

import java.nio.ByteBuffer;

/** Compresses blocks, each by itself. For one thread at a time; the same block always becomes the same bytes. */
public interface BlockCompressor extends AutoCloseable {

    /** Bytes that a block of this size takes at the most. */
    int maximumBytes(int blockBytes);

    /**
     * Compresses a block.
     *
     * @param block outside Java's heap; all of its remaining bytes are the block
     * @param target outside Java's heap; has space for {@link #maximumBytes}, and its position is moved behind the
     *     result
     */
    void compress(ByteBuffer block, ByteBuffer target);

    /** Gives back its memory. Nothing can be compressed after it. */
    @Override
    void close();
}
