package ctl.vm.archive.member;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A compressed stream that can only be read from its front to its end, by one thread. */
public interface Decompression extends AutoCloseable {

    /** Fills the target, or as much of it as there is left. @param target a direct buffer */
    void fill(ByteBuffer target) throws IOException;

    @Override
    void close();
}
