package ctl.vm.archive.write;

import ctl.vm.archive.member.HashedChunk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.Zeros;
import ctl.vm.problem.Failure;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Reads blocks of images and hashes their chunks. For one thread at a time. */
final class BlockReader {

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ImageDigest.CHUNK_BYTES).asReadOnlyBuffer();

    private final MessageDigest sha256 = Sha256.algorithm();

    /**
     * Puts the data of a block into {@code target}; returns the digests of those of its chunks that are not all zero.
     *
     * @throws ctl.vm.problem.VmException SourceChanged, where the image has become shorter
     */
    List<HashedChunk> read(Block.Data block, ByteBuffer target) {
        List<HashedChunk> hashed = new ArrayList<>();
        for (long start = block.map().nextChunk(block.start()); start < block.end();) {
            long end = Block.chunkEnd(block.map(), start);
            int from = target.position();
            List<DiskFile.Extent> extents = block.map().extents(start, end);
            extents.forEach(extent -> read(block.image(), extent, target));
            ByteBuffer data = target.slice(from, target.position() - from);
            if (!Zeros.isAllZero(data)) {
                hashed.add(new HashedChunk(start / ImageDigest.CHUNK_BYTES, digest(start, end, extents, data)));
            }
            start = block.map().nextChunk(end);
        }
        return hashed;
    }

    private static void read(DiskFile image, DiskFile.Extent extent, ByteBuffer target) {
        int limit = target.limit();
        target.limit(Math.toIntExact(target.position() + extent.length()));
        if (!image.readFully(target, extent.start())) {
            throw new Failure.SourceChanged(image.path().toString()).thrown();
        }
        target.limit(limit);
    }

    private Sha256 digest(long start, long end, List<DiskFile.Extent> extents, ByteBuffer data) {
        long position = start;
        for (DiskFile.Extent extent : extents) {
            hole(extent.start() - position);
            data.limit(data.position() + (int) extent.length());
            sha256.update(data);
            position = extent.end();
        }
        hole(end - position);
        return Sha256.of(sha256.digest());
    }

    private void hole(long count) {
        sha256.update(ZEROS.slice(0, (int) count));
    }
}
