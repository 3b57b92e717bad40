package ctl.vm.archive.disk;

import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a disk image: a whole file, or part of one. Nothing outside can be read.
 *
 * @param offset bytes of the file before it
 * @param length bytes that it takes in the file
 */
record ImageBytes(DiskFile file, long offset, long length) {

    /** No header, table of contents or name is longer than this. */
    private static final int MOST_BYTES = 1 << 20;

    /** @throws RefusedImage where the image ends before, or more is wanted than makes sense */
    ByteBuffer at(long position, long count, ByteOrder order) throws RefusedImage {
        if (position < 0 || count < 0 || position > length - count) {
            throw RefusedImage.cutOff();
        }
        if (count > MOST_BYTES) {
            throw RefusedImage.damaged("has a header of %d bytes".formatted(count));
        }
        long start = offset + position;
        ByteBuffer bytes = file.read(new DiskFile.Extent(start, start + count));
        if (bytes.remaining() < count) {
            throw RefusedImage.cutOff();
        }
        return bytes.order(order);
    }

    /** The same, or as much of it as there is. */
    ByteBuffer atMost(long position, long count, ByteOrder order) throws RefusedImage {
        return at(Math.min(position, length), Math.min(count, Math.max(0, length - position)), order);
    }

    /** Text up to its first zero byte. */
    static String text(ByteBuffer bytes) {
        String text = StandardCharsets.UTF_8.decode(bytes).toString();
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }
}
