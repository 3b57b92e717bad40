package ctl.vm.archive.read;

import ctl.vm.archive.member.HashedChunk;
import ctl.vm.archive.member.Pipeline;
import ctl.vm.archive.member.Workers;
import ctl.vm.inventory.value.ImageDigest;
import java.io.IOException;

/**
 * Digests the chunks of an image, several at a time, and chains their digests in order. Owns a few chunks to be filled.
 */
final class ChunkDigests implements AutoCloseable {

    private final int mostUnderWay;
    private final Pipeline<Chunk, HashedChunk> chunks;
    private ImageDigest.Chain chain = ImageDigest.Chain.START;

    ChunkDigests(Workers workers) {
        this.mostUnderWay = workers.count() + 1;
        this.chunks = new Pipeline<>(workers, Chunk::new, Chunk::close);
    }

    /** Begins with another image, or goes on with one. */
    void begin(ImageDigest.Chain start) {
        chain = start;
    }

    /** A chunk to be filled, the same one until it is added. Waits for one where all are in use. */
    Chunk lend() throws IOException {
        if (!chunks.hasIdle() && chunks.size() == mostUnderWay) {
            chainOldest();
        }
        return chunks.idle();
    }

    /** Takes the chunk that was lent into the chain, and back. Its content stays as it is until then. */
    void add(Chunk chunk) {
        chunks.start(chunk::hashed);
    }

    /** The chain over all chunks that were added. */
    ImageDigest.Chain chain() throws IOException {
        while (chunks.size() > 0) {
            chainOldest();
        }
        return chain;
    }

    private void chainOldest() throws IOException {
        chain = chunks.oldest().addTo(chain);
        chunks.remove();
    }

    @Override
    public void close() {
        chunks.close();
    }
}
