package ctl.vm.compression;

import java.nio.ByteBuffer;

/**
 * Decompresses what a {@link BlockCompressor} made, or anybody else, and is whole in memory. For one thread at a time.
 */
public interface BlockDecompressor extends AutoCloseable {

    /**
     * Decompresses all of {@code compressed}, behind the position of {@code target}, and moves that position.
     *
     * @param compressed a direct buffer; its position stays
     * @param target a direct buffer
     * @throws DamagedData where the data does not end with its last byte, or does not fit
     */
    void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData;

    /** Gives back its memory. Nothing can be decompressed after it. */
    @Override
    void close();
}
