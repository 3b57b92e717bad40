package ctl.vm.archive.write;

import java.nio.ByteBuffer;

/** Where the bytes of a package go, from its first to its last. */
public interface PackageSink {

    /** Writes all remaining bytes. */
    void write(ByteBuffer bytes);

    /** Makes what is written durable, as far as it can be. */
    void sync();
}
