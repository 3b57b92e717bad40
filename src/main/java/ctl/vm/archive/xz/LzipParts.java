package ctl.vm.archive.xz;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The members of an lzip file, as plzip makes many of them. Each names its size at its own end, so they are found from
 * the end of the file on: what comes through a pipe is not cut into parts.
 */
public final class LzipParts implements LzmaParts {

    /** More than anybody makes of a disk. */
    private static final int MOST_MEMBERS = 100_000;

    /** Checksum, size of the content, size of the member (section 3). */
    private static final int TRAILER_BYTES = Integer.BYTES + 2 * Long.BYTES;

    private static final int LEAST_BYTES = LzipHeader.BYTES + TRAILER_BYTES;

    private final PackedInput packed;
    private final LzipStream rest;
    private final Deque<Integer> sizes;

    private LzipParts(PackedInput packed, Deque<Integer> sizes) {
        this.packed = packed;
        this.rest = new LzipStream(packed);
        this.sizes = sizes;
    }

    /**
     * The members that follow to the end of the file; empty where there are not at least two, or something else than
     * members stands between or behind them.
     */
    public static Optional<LzipParts> of(PackedInput packed) {
        Deque<Integer> sizes = new ArrayDeque<>();
        long end = packed.remaining().orElse(0);
        while (end > 0 && sizes.size() < MOST_MEMBERS) {
            long size = size(packed, end);
            if (size < LEAST_BYTES || size > end) {
                return Optional.empty();
            }
            sizes.push((int) size);
            end -= size;
        }
        return Optional.of(new LzipParts(packed, sizes)).filter(_ -> sizes.size() > 1 && sizes.size() < MOST_MEMBERS);
    }

    /** Bytes of the member that ends there; none where it cannot be one, or takes too much memory. */
    private static long size(PackedInput packed, long end) {
        ByteBuffer sizes = packed.peekAt(Math.max(0, end - 2 * Long.BYTES), 2 * Long.BYTES);
        if (sizes.remaining() < 2 * Long.BYTES) {
            return 0;
        }
        long content = sizes.getLong();
        long size = sizes.getLong();
        boolean fits = content >= 0 && content <= MOST_AT_FIRST_BYTES && size <= MOST_AT_FIRST_BYTES - content;
        return fits ? size : 0;
    }

    @Override
    public Optional<LzmaPart> next(ReusableBuffer buffer) throws IOException {
        if (sizes.isEmpty() || !LzipHeader.isNext(packed)) {
            return Optional.empty();
        }
        ByteBuffer header = LzipHeader.read(packed).lzma();
        int dataBytes = sizes.pop() - LEAST_BYTES;
        ByteBuffer bytes = buffer.lend(header.remaining() + dataBytes + TRAILER_BYTES);
        bytes.put(header);
        packed.read(bytes);
        bytes.position(bytes.limit() - TRAILER_BYTES);
        int checksum = bytes.getInt();
        long size = bytes.getLong();
        if (bytes.getLong() != LEAST_BYTES + dataBytes || size < 0 || size > MOST_AT_FIRST_BYTES) {
            throw new BadPackage("is damaged: a length is wrong");
        }
        return Optional.of(new LzmaPart(
                bytes.flip().limit(bytes.limit() - TRAILER_BYTES), (int) size, Optional.of(checksum)));
    }

    @Override
    public StreamDecompressor rest() {
        return rest;
    }
}
