package ctl.vm.inventory.value;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What the content of an image is at some places: enough to know it again, and no proof that it is the same elsewhere.
 *
 * <p>The places are kept with it, as those of another file would be others where its holes are: a copy may have filled
 * them with zeros, or made new ones.
 *
 * @param blocks which of its blocks of 4096 bytes were looked at, ascending
 * @param sha256 over the number and the bytes of each of them that holds a byte other than zero
 */
public record ContentSample(List<Long> blocks, Sha256 sha256) {

    /** Bytes of a block; the last one of an image may be shorter. */
    public static final int BLOCK_BYTES = 4096;

    /** More than any program has looked at: no journal can make us read a whole image. */
    private static final int MOST_BLOCKS = 1024;

    private static final String PREFIX = "sha256-4k:";
    private static final Sha256 NOTHING = Sha256.over();
    private static final int RADIX = Character.MAX_RADIX;

    public ContentSample {
        blocks = List.copyOf(blocks);
        long last = -1;
        for (long block : blocks) {
            if (block <= last) {
                throw new IllegalArgumentException("blocks of a sample are not ascending: " + blocks);
            }
            last = block;
        }
        if (blocks.size() > MOST_BLOCKS) {
            throw new IllegalArgumentException("a sample of %d blocks".formatted(blocks.size()));
        }
    }

    /** @param content the bytes of a block by its number, fewer at the end of the image, and none behind it */
    public static ContentSample of(List<Long> blocks, LongFunction<ByteBuffer> content) {
        List<byte[]> parts = new ArrayList<>();
        for (long block : blocks) {
            ByteBuffer bytes = content.apply(block);
            if (!Zeros.isAllZero(bytes)) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                parts.add(littleEndian(block));
                parts.add(copy);
            }
        }
        return new ContentSample(blocks, Sha256.over(parts.toArray(byte[][]::new)));
    }

    /**
     * @param text {@code sha256-4k:}, 64 hexadecimal digits, {@code @} and the blocks: each to the base of 36, less the
     *     one before it, with a point between them
     */
    public static ContentSample parse(String text) {
        int at = text.indexOf('@');
        if (!text.startsWith(PREFIX) || at < 0) {
            throw new IllegalArgumentException("not a sample of an image: " + text);
        }
        List<Long> blocks = new ArrayList<>();
        long block = 0;
        for (String step : text.substring(at + 1).split("\\.")) {
            if (!step.isEmpty()) {
                block = Math.addExact(block, Long.parseLong(step, RADIX));
                blocks.add(block);
            }
        }
        return new ContentSample(blocks, new Sha256(text.substring(PREFIX.length(), at)));
    }

    /** Whether it says anything: images that hold nothing but zeros are all alike. */
    public boolean isMeaningful() {
        return !sha256.equals(NOTHING);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(PREFIX).append(sha256).append('@');
        long last = 0;
        for (int index = 0; index < blocks.size(); index++) {
            text.append(index == 0 ? "" : ".").append(Long.toString(blocks.get(index) - last, RADIX));
            last = blocks.get(index);
        }
        return text.toString();
    }

    private static byte[] littleEndian(long number) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
    }
}
