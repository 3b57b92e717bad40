package ctl.vm.durable;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The bytes of a file, in blocks of 4 KiB; a block that is missing is a hole. */
final class Content {

    static final int BLOCK_BYTES = 4096;
    static final byte[] ZEROS = new byte[BLOCK_BYTES];

    /** No block is ever changed, only replaced, so that copies share them. Behind the size there are only zeros. */
    private final TreeMap<Long, byte[]> blocks = new TreeMap<>();

    private long size;

    Content copy() {
        var copy = new Content();
        copy.blocks.putAll(blocks);
        copy.size = size;
        return copy;
    }

    long size() {
        return size;
    }

    long allocated() {
        return (long) blocks.size() * BLOCK_BYTES;
    }

    Collection<byte[]> blocks() {
        return blocks.values();
    }

    Optional<byte[]> block(long number) {
        return Optional.ofNullable(blocks.get(number));
    }

    void setBlock(long number, Optional<byte[]> block) {
        block.ifPresentOrElse(bytes -> blocks.put(number, bytes), () -> blocks.remove(number));
    }

    int read(ByteBuffer target, long position) {
        if (position >= size) {
            return target.hasRemaining() ? -1 : 0;
        }
        int count = (int) Math.min(target.remaining(), size - position);
        for (int done = 0; done < count;) {
            int at = (int) ((position + done) % BLOCK_BYTES);
            int length = Math.min(count - done, BLOCK_BYTES - at);
            target.put(blocks.getOrDefault((position + done) / BLOCK_BYTES, ZEROS), at, length);
            done += length;
        }
        return count;
    }

    /** Returns the numbers of the blocks that it changed. */
    Set<Long> write(byte[] bytes, long position) {
        var changed = new TreeSet<Long>();
        for (int done = 0; done < bytes.length;) {
            long number = (position + done) / BLOCK_BYTES;
            int at = (int) ((position + done) % BLOCK_BYTES);
            int length = Math.min(bytes.length - done, BLOCK_BYTES - at);
            byte[] block = blocks.getOrDefault(number, ZEROS).clone();
            System.arraycopy(bytes, done, block, at, length);
            blocks.put(number, block);
            changed.add(number);
            done += length;
        }
        size = bytes.length == 0 ? size : Math.max(size, position + bytes.length);
        return changed;
    }

    /** Returns the numbers of the blocks that it changed. */
    Set<Long> resize(long newSize) {
        long last = newSize / BLOCK_BYTES;
        int lastLength = (int) (newSize % BLOCK_BYTES);
        var changed = new TreeSet<Long>(blocks.tailMap(last, lastLength == 0).keySet());
        blocks.keySet().removeAll(changed);
        if (newSize < size && lastLength > 0 && blocks.containsKey(last)) {
            blocks.put(last, Arrays.copyOf(Arrays.copyOf(blocks.get(last), lastLength), BLOCK_BYTES));
            changed.add(last);
        }
        size = newSize;
        return changed;
    }

    Optional<DiskFile.Extent> data(long from) {
        if (from >= size) {
            return Optional.empty();
        }
        Long first = blocks.ceilingKey(from / BLOCK_BYTES);
        if (first == null) {
            return Optional.empty();
        }
        long behind = first + 1;
        while (blocks.containsKey(behind)) {
            behind++;
        }
        return Optional.of(new DiskFile.Extent(
                Math.max(from, first * BLOCK_BYTES), Math.min(size, behind * BLOCK_BYTES)));
    }
}
