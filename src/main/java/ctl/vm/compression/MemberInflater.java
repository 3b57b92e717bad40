package ctl.vm.compression;

import java.nio.ByteBuffer;

/** Inflates deflate data that is whole in memory, at once. For one thread at a time. */
public interface MemberInflater extends AutoCloseable {

    /**
     * Inflates all of {@code deflated}, behind the position of {@code target}, and moves that position.
     *
     * @param deflated a direct buffer; its position stays
     * @param target a direct buffer
     * @throws DamagedData where the data is not one deflate stream that ends with its last byte, or does not fit
     */
    void inflateWhole(ByteBuffer deflated, ByteBuffer target) throws DamagedData;

    @Override
    void close();
}
