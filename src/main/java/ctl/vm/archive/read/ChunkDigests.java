package ctl.vm.archive.read;

import ctl.vm.archive.member.Workers;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.Future;

/** Digests the chunks of an image, several at a time, and chains their digests in order. Owns a few chunks to be filled. */
final class ChunkDigests implements AutoCloseable {

    private final Workers workers;
    private final Queue<Pending> pending = new ArrayDeque<>();
    private final Deque<Chunk> idle = new ArrayDeque<>();
    private ImageDigest.Chain chain = ImageDigest.Chain.START;

    ChunkDigests(Workers workers) {
        this.workers = workers;
    }

    /** Begins with another image, or goes on with one. */
    void begin(ImageDigest.Chain start) {
        chain = start;
    }

    /** A chunk to be filled. Waits for one where all are in use. */
    Chunk lend() throws IOException {
        if (idle.isEmpty()) {
            if (pending.size() <= workers.count()) {
                return new Chunk();
            }
            chainOldest();
        }
        return idle.pop();
    }

    /** Takes a chunk back that counts for nothing. */
    void giveBack(Chunk chunk) {
        idle.push(chunk);
    }

    /** Takes a chunk into the chain, and back. Its content stays as it is until then. */
    void add(Chunk chunk) {
        pending.add(new Pending(chunk, workers.start(chunk::digest)));
    }

    /** The chain over all chunks that were added. */
    ImageDigest.Chain chain() throws IOException {
        while (!pending.isEmpty()) {
            chainOldest();
        }
        return chain;
    }

    private void chainOldest() throws IOException {
        Pending oldest = pending.element();
        chain = chain.with(oldest.chunk.number(), Workers.result(oldest.digest));
        pending.remove();
        idle.push(oldest.chunk);
    }

    /** The workers have ended: their owner has closed them before. */
    @Override
    public void close() {
        pending.forEach(one -> one.chunk.close());
        idle.forEach(Chunk::close);
    }

    private record Pending(Chunk chunk, Future<Sha256> digest) {}
}
