package ctl.vm.archive.xz;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.Pipeline;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.member.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Decompresses the parts of a file, several at a time, and hands them out in order. */
public final class LzmaBlocks implements BlockSource {

    /**
     * Of parts and what they hold: three of those that {@code xz -T0} makes at its usual level. With more, the process
     * would take more than 256 MiB (docs/security.md).
     */
    private static final long MEMORY_BYTES = LzmaParts.MAXIMUM_BYTES;

    /** What cannot be cut into parts is handed out in blocks of this size. */
    private static final int REST_BYTES = 1 << 19;

    private final LzmaParts parts;

    /** Not those that digest: a part takes them for too long, and what is written waits for the digests. */
    private final Workers workers = Workers.forUnpacking();

    private final Pipeline<Slot, ByteBuffer> ahead = new Pipeline<>(workers, Slot::new, Slot::close);
    private final ReusableBuffer restBlock = new ReusableBuffer();
    private boolean isLent;
    private boolean ended;
    private long largest = 1;

    /** The memory for a part on its way. */
    private record Slot(ReusableBuffer packed, ReusableBuffer unpacked) {

        Slot() {
            this(new ReusableBuffer(), new ReusableBuffer());
        }

        void close() {
            packed.close();
            unpacked.close();
        }
    }

    public LzmaBlocks(LzmaParts parts) {
        this.parts = parts;
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        for (Optional<ByteBuffer> part = nextPart(); part.isPresent(); part = nextPart()) {
            if (part.get().hasRemaining()) {
                return part;
            }
        }
        ByteBuffer block = restBlock.lend(REST_BYTES);
        parts.rest().fill(block);
        return Optional.of(block.flip()).filter(ByteBuffer::hasRemaining);
    }

    /** What is in the next part, which may be nothing. */
    private Optional<ByteBuffer> nextPart() throws IOException {
        if (isLent) {
            ahead.remove();
        }
        while (!ended && (ahead.size() == 0 || ahead.size() < Math.min(workers.count() + 1, MEMORY_BYTES / largest))) {
            start();
        }
        isLent = ahead.size() > 0;
        return isLent ? Optional.of(ahead.oldest()) : Optional.empty();
    }

    /** Reads the next part, and has a worker decompress it. */
    private void start() throws IOException {
        Slot slot = ahead.idle();
        Optional<LzmaPart> part = parts.next(slot.packed);
        ended = part.isEmpty();
        if (part.isPresent()) {
            LzmaPart read = part.get();
            largest = Math.max(largest, (long) read.bytes().remaining() + read.size());
            ByteBuffer target = slot.unpacked.lend(read.size() + 1);
            ahead.start(() -> read.unpack(target));
        }
    }

    @Override
    public boolean isWhole() {
        return parts.isWhole();
    }

    @Override
    public void close() {
        workers.close();
        ahead.close();
        parts.rest().close();
        restBlock.close();
    }
}
