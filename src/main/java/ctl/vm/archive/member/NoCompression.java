package ctl.vm.archive.member;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A tar archive as it is. */
public record NoCompression(PackedInput packed) implements Decompression {

    @Override
    public void fill(ByteBuffer target) throws IOException {
        packed.fill(target);
    }

    @Override
    public void close() {
        // There is nothing to give back.
    }
}
