package ctl.vm.archive.write;

import ctl.vm.archive.member.HashedChunk;
import ctl.vm.archive.tar.SparseMap;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.Zeros;
import ctl.vm.problem.Failure;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A part of a package's archive: what one worker packs at a time, and what becomes one member. */
sealed interface Block {

    /** What stands between the data of two images: padding, headers with their maps, the end. */
    record Headers(byte[] bytes) implements Block {}

    /**
     * The data of some chunks of an image, each of them whole, so that it can be hashed by itself.
     *
     * @param map of the whole image
     * @param start of the first chunk
     * @param end of the last one, or of the image
     */
    record Data(DiskFile image, SparseMap map, long start, long end) implements Block {}

    /**
     * Cuts the data of an image into blocks of about the same size. Where one ends does not depend on where the first
     * began: to go on at the end of one gives the same blocks as to begin at the front.
     *
     * @param position end of an earlier block, or 0
     * @param maximumBytes of data in a block; at least a chunk
     */
    static Iterator<Data> of(DiskFile image, SparseMap map, long position, long maximumBytes) {
        return new Iterator<>() {
            private long next = map.nextChunk(position);

            @Override
            public boolean hasNext() {
                return next < map.size();
            }

            @Override
            public Data next() {
                long start = next;
                long end = start;
                for (long left = maximumBytes; hasNext() && map.within(next, chunkEnd(map, next)) <= left;) {
                    left -= map.within(next, chunkEnd(map, next));
                    end = chunkEnd(map, next);
                    next = map.nextChunk(end);
                }
                return new Data(image, map, start, end);
            }
        };
    }

    /** @param start of a chunk */
    static long chunkEnd(SparseMap map, long start) {
        return Math.min(start + ImageDigest.CHUNK_BYTES, map.size());
    }

    /** Reads blocks of images and hashes their chunks. For one thread at a time. */
    final class Reader {

        private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ImageDigest.CHUNK_BYTES).asReadOnlyBuffer();

        private final MessageDigest sha256 = Sha256.algorithm();

        /**
         * Puts the data of a block into {@code target}; returns the digests of those of its chunks that are not all
         * zero.
         *
         * @throws ctl.vm.problem.VmException SourceChanged, where the image has become shorter
         */
        List<HashedChunk> read(Data block, ByteBuffer target) {
            List<HashedChunk> hashed = new ArrayList<>();
            for (long start = block.map().nextChunk(block.start()); start < block.end();) {
                long end = chunkEnd(block.map(), start);
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
}
