package ctl.vm.compression;

import java.nio.ByteBuffer;

/** Inflates deflate data of any length, part by part. For one thread at a time. */
public interface StreamInflater extends AutoCloseable {

    /** So many bytes of what came last are to be kept before the position of a source. */
    int HISTORY_BYTES = 8;

    /** Makes ready for the first byte of another deflate stream. */
    void reset();

    /**
     * Inflates until one of the buffers is used up or the deflate stream has ended, and moves both positions: that of
     * {@code source} never behind the last byte of the stream.
     *
     * @param source a direct buffer; the {@value #HISTORY_BYTES} bytes before its position are those that came last, as
     *     a library may have taken some of them too early
     * @param target a direct buffer with space
     * @return whether the stream has ended
     */
    boolean inflate(ByteBuffer source, ByteBuffer target) throws DamagedData;

    @Override
    void close();
}
