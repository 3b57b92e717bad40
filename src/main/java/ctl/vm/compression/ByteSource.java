package ctl.vm.compression;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Compressed bytes as they come. */
@FunctionalInterface
public interface ByteSource {

    /**
     * What has come, at least one byte; moving the position takes bytes.
     *
     * @return a direct buffer, valid until this is called again
     * @throws IOException where there is no byte more; the compressed data is cut off then
     */
    ByteBuffer buffered() throws IOException;
}
