package ctl.vm.archive.read;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.Decompression;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.member.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Future;

/** Decompresses a stream in a thread of its own, a few pieces ahead of whoever takes them. */
final class BlockReadAhead implements BlockSource {

    private static final int PIECE_BYTES = 1 << 19;
    private static final int MAXIMUM_AHEAD = 4;

    private final Decompression stream;
    private final Workers worker = Workers.single();
    private final Queue<Future<ByteBuffer>> ahead = new ArrayDeque<>();
    private final Deque<ReusableBuffer> idle = new ArrayDeque<>();
    private final Queue<ReusableBuffer> used = new ArrayDeque<>();
    private int allowed;

    BlockReadAhead(Decompression stream) {
        this.stream = stream;
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        if (used.size() > ahead.size()) {
            idle.push(used.remove());
        }
        // One more each time: the first pieces show what it is, and it may be nothing.
        allowed = Math.min(allowed + 1, MAXIMUM_AHEAD);
        while (ahead.size() < allowed) {
            decompressAnother();
        }
        ByteBuffer piece = Workers.result(ahead.remove());
        return Optional.of(piece).filter(ByteBuffer::hasRemaining);
    }

    private void decompressAnother() {
        ReusableBuffer room = idle.isEmpty() ? new ReusableBuffer() : idle.pop();
        used.add(room);
        ByteBuffer target = room.lend(PIECE_BYTES);
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
