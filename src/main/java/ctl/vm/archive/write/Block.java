package ctl.vm.archive.write;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageDigest;
import java.util.Iterator;

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
}
