package ctl.vm.archive.read;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.member.Workers;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Future;

/** Decompresses a stream in a thread of its own, a few blocks ahead of the thread that takes them. */
final class BlockReadAhead implements BlockSource {

    private static final int BLOCK_BYTES = 1 << 19;
    private static final int MAXIMUM_AHEAD = 4;

    private final StreamDecompressor stream;
    private final Workers worker = new Workers("unpacking", 1);
    private final Queue<Future<ByteBuffer>> ahead = new ArrayDeque<>();
    private final Deque<ReusableBuffer> idle = new ArrayDeque<>();
    private final Queue<ReusableBuffer> used = new ArrayDeque<>();
    private int allowed;

    BlockReadAhead(StreamDecompressor stream) {
        this.stream = stream;
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        if (used.size() > ahead.size()) {
            idle.push(used.remove());
        }
        // One more each time: the first blocks show what it is, and it may be nothing.
        allowed = Math.min(allowed + 1, MAXIMUM_AHEAD);
        while (ahead.size() < allowed) {
            decompressAnother();
        }
        ByteBuffer block = Workers.result(ahead.remove());
        return Optional.of(block).filter(ByteBuffer::hasRemaining);
    }

    private void decompressAnother() {
        ReusableBuffer buffer = idle.isEmpty() ? new ReusableBuffer() : idle.pop();
        used.add(buffer);
        ByteBuffer target = buffer.lend(BLOCK_BYTES);
        ahead.add(worker.start(() -> {
            stream.fill(target);
            return target.flip();
        }));
    }

    @Override
    public void close() {
        worker.close();
        stream.close();
        used.forEach(ReusableBuffer::close);
        idle.forEach(ReusableBuffer::close);
    }
}
