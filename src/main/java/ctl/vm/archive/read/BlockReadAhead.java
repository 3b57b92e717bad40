package ctl.vm.archive.read;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.Pipeline;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.member.Workers;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Decompresses a stream in a thread of its own, a few blocks ahead of the thread that takes them. */
final class BlockReadAhead implements BlockSource {

    private static final int BLOCK_BYTES = 1 << 19;
    private static final int MAXIMUM_AHEAD = 4;

    private final StreamDecompressor stream;
    private final Workers worker = new Workers("unpacking", 1);
    private final Pipeline<ReusableBuffer, ByteBuffer> blocks = new Pipeline<>(
            worker, ReusableBuffer::new, ReusableBuffer::close);
    private int allowed;
    private boolean ended;

    BlockReadAhead(StreamDecompressor stream) {
        this.stream = stream;
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        if (allowed > 0) {
            blocks.remove();
        }
        // One more each time: the first blocks show what it is, and it may be nothing.
        allowed = Math.min(allowed + 1, MAXIMUM_AHEAD);
        while (blocks.size() < allowed) {
            ByteBuffer target = blocks.idle().lend(BLOCK_BYTES);
            blocks.start(() -> {
                stream.fill(target);
                return target.flip();
            });
        }
        Optional<ByteBuffer> block = Optional.of(blocks.oldest()).filter(ByteBuffer::hasRemaining);
        if (block.isEmpty()) {
            end();
        }
        return block;
    }

    /**
     * Behind the end of the stream its bytes are for the thread that takes the blocks: nothing may read there any more.
     */
    private void end() throws IOException {
        ended = true;
        while (blocks.size() > 0) {
            blocks.oldest();
            blocks.remove();
        }
    }

    @Override
    public boolean isWhole() {
        return stream.isWhole();
    }

    @Override
    public void close() {
        worker.close();
        stream.close();
        blocks.close();
    }
}
