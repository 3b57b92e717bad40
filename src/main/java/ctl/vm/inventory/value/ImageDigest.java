package ctl.vm.inventory.value;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the content of an image is, wherever its holes are.
 *
 * <p>It is made of the image's chunks: its aligned ranges of 1 MiB, the last one cut at its end. Chunks can be hashed
 * in any order and by several threads, those of zeros alone count for nothing, and 32 bytes are all that has to be kept
 * to go on another day.
 */
public record ImageDigest(Sha256 sha256) {

    /** Bytes of a chunk. */
    public static final int CHUNK_BYTES = 1 << 20;

    private static final String PREFIX = "sha256-1m:";

    /** @param text {@code sha256-1m:} and 64 hexadecimal digits */
    public static ImageDigest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("not the digest of an image: " + text);
        }
        return new ImageDigest(new Sha256(text.substring(PREFIX.length())));
    }

    /** Of an image that holds nothing but zeros, as every new one does. */
    public static ImageDigest ofZeros(ByteCount size) {
        return Chain.START.end(size);
    }

    @Override
    public String toString() {
        return PREFIX + sha256;
    }

    /** The digest of the chunks so far, in ascending order. */
    public record Chain(Sha256 state) {

        public static final Chain START = new Chain(Sha256.ZERO);

        /**
         * The chain with one more chunk, which holds a byte other than zero.
         *
         * @param index of the chunk: its position divided by its size
         * @param content of all its bytes, those of holes being zero
         */
        public Chain with(long index, Sha256 content) {
            return new Chain(Sha256.over(state.bytes(), littleEndian(index), content.bytes()));
        }

        /** The digest, once every chunk is in the chain. @param size of the image, holes included */
        public ImageDigest end(ByteCount size) {
            return new ImageDigest(Sha256.over(state.bytes(), littleEndian(size.bytes())));
        }

        private static byte[] littleEndian(long number) {
            return ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(number)
                    .array();
        }
    }
}
