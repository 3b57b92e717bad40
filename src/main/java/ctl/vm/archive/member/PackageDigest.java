package ctl.vm.archive.member;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/**
 * The SHA-256 of a package as it stands in its file, computed while it is written: {@code sha256sum} finds the same.
 *
 * <p>It cannot be kept over an interruption: to go on with a package, what is written is read again first.
 */
public final class PackageDigest {

    private static final int BUFFER_BYTES = 1 << 18;

    private final MessageDigest sha256 = Sha256.algorithm();

    /** On Java's heap: of any other memory, the digest copies 4 KiB at a time. */
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** Adds all remaining bytes, and leaves them where they are. */
    public void add(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            int count = Math.min(buffer.length, rest.remaining());
            rest.get(buffer, 0, count);
            sha256.update(buffer, 0, count);
        }
    }

    /**
     * Adds the beginning of a file, which was written before.
     *
     * @param progress receives the bytes read, a few at a time
     */
    public void addWritten(DiskFile file, long length, LongConsumer progress) {
        for (long position = 0; position < length;) {
            ByteBuffer some = file.read(new DiskFile.Extent(position, Math.min(length, position + BUFFER_BYTES)));
            if (!some.hasRemaining()) {
                throw new IllegalStateException("the package ends at %d, before %d".formatted(position, length));
            }
            add(some);
            position += some.remaining();
            progress.accept(some.remaining());
        }
    }

    /** Of all that was added. Nothing can be added after it. */
    public Sha256 end() {
        return Sha256.of(sha256.digest());
    }
}
