package ctl.vm.archive.member;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside Java's heap that is used again and again, and grows as needed. Given back at once when it is closed,
 * which must not happen while it is in use.
 */
public final class ReusableBuffer implements AutoCloseable {

    private static final int GRAIN_BYTES = 1 << 16;

    private Arena arena = Arena.ofShared();
    private ByteBuffer memory = ByteBuffer.allocateDirect(0);

    /** An empty buffer of so many bytes, lowest byte first. What was lent before is no longer valid. */
    public ByteBuffer lend(int bytes) {
        if (memory.capacity() < bytes) {
            arena.close();
            arena = Arena.ofShared();
            memory = arena.allocate(Math.ceilDiv((long) bytes, GRAIN_BYTES) * GRAIN_BYTES).asByteBuffer();
        }
        return memory.slice(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        arena.close();
    }
}
