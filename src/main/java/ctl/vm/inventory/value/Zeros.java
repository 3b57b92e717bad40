package ctl.vm.inventory.value;

import java.nio.ByteBuffer;

/** Runs of zero bytes: in an image they are the same as holes. */
public final class Zeros {

    private static final ByteBuffer SOME = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private Zeros() {}

    /** Whether all remaining bytes are zero. They stay to be read. */
    public static boolean isAllZero(ByteBuffer bytes) {
        return countLeading(bytes) == bytes.remaining();
    }

    /** How many of the remaining bytes are zero before the first that is not. They stay to be read. */
    public static int countLeading(ByteBuffer bytes) {
        for (int at = bytes.position(); at < bytes.limit(); at += SOME.capacity()) {
            int length = Math.min(SOME.capacity(), bytes.limit() - at);
            int other = bytes.slice(at, length).mismatch(SOME.slice(0, length));
            if (other >= 0) {
                return at + other - bytes.position();
            }
        }
        return bytes.remaining();
    }
}
